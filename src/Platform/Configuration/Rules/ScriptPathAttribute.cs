namespace WazoPlugind.Platform.Configuration.Rules;

/// <summary>An absolute path that stands between double quotes in the scripts of packages, where some characters mean more.</summary>
internal sealed class ScriptPathAttribute() : RuleAttribute("""an absolute path without '"', '$', '`' and '\'""")
{
    /// <inheritdoc/>
    protected override bool Accepts(string text) => Path.IsPathFullyQualified(text) && StandsInScripts(text);

    /// <summary>Whether a shell takes a text between double quotes as it is (POSIX, Shell Command Language, 2.2.3).</summary>
    /// <param name="text">The text.</param>
    internal static bool StandsInScripts(string text) => LineAttribute.IsLine(text) && text.AsSpan().IndexOfAny("\"$`\\") < 0;
}

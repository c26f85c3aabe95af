namespace WazoPlugind.Platform.Configuration.Rules;

/// <summary>A path that means the same to every process, and to every command that runs elsewhere.</summary>
internal sealed class AbsolutePathAttribute() : RuleAttribute("an absolute path")
{
    /// <inheritdoc/>
    protected override bool Accepts(string text) => Path.IsPathFullyQualified(text) && LineAttribute.IsLine(text);
}

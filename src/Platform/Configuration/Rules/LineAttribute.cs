namespace WazoPlugind.Platform.Configuration.Rules;

/// <summary>A text that is not empty, on one line.</summary>
internal sealed class LineAttribute() : RuleAttribute("a text on one line")
{
    /// <inheritdoc/>
    protected override bool Accepts(string text) => IsLine(text);

    /// <summary>Whether a text is not empty, and on one line.</summary>
    /// <param name="text">The text.</param>
    internal static bool IsLine(string text) => !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl);
}

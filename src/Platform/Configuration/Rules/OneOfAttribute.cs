namespace WazoPlugind.Platform.Configuration.Rules;

/// <summary>One of some texts.</summary>
/// <param name="choices">The texts.</param>
internal sealed class OneOfAttribute(params string[] choices)
    : RuleAttribute(choices.Length == 1 ? choices[0] : $"{string.Join(", ", choices[..^1])} or {choices[^1]}")
{
    /// <summary>Whether capitals make no difference.</summary>
    public bool InAnyCase { get; init; }

    /// <inheritdoc/>
    protected override bool Accepts(string text) =>
        choices.Contains(text, InAnyCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
}

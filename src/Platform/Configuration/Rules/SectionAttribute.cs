namespace WazoPlugind.Platform.Configuration.Rules;

/// <summary>A value of the control field <c>Section</c> (Debian policy 5.1 and 5.6.5); spaces around it are no part of a field's value.</summary>
internal sealed class SectionAttribute() : RuleAttribute("a section of Debian, on one line and without spaces around it")
{
    /// <inheritdoc/>
    protected override bool Accepts(string text) => LineAttribute.IsLine(text) && text == text.Trim();
}

namespace WazoPlugind.Platform.Configuration.Rules;

/// <summary>What the name of a Debian package may begin with (Debian policy 5.6.7).</summary>
internal sealed class PackageNameAttribute() : RuleAttribute("small letters, digits, '+', '-' and '.', the first a letter or digit")
{
    /// <inheritdoc/>
    protected override bool Accepts(string text) =>
        text.Length > 0 && IsAlphanumeric(text[0]) && text.All(character => IsAlphanumeric(character) || character is '+' or '-' or '.');

    private static bool IsAlphanumeric(char character) => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character);
}

using System.Globalization;
using System.Text;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Processes;

/// <summary>What commands write, for people: secrets replaced, what is no UTF-8 and control characters escaped (<c>\xff</c>), overlong lines cut.</summary>
internal static class OutputText
{
    /// <summary>How many characters of a line are shown.</summary>
    public const int MaxLineLength = 2000;

    /// <summary>The longest character, in bytes of UTF-8.</summary>
    public const int LongestCharacter = 4;

    /// <summary>Replaces secrets.</summary>
    /// <param name="text">The text.</param>
    /// <param name="secrets">The secrets.</param>
    public static string WithoutSecrets(string text, IReadOnlyList<string> secrets) =>
        secrets.Aggregate(text, (shown, secret) => shown.Replace(secret, Command.Blank, StringComparison.Ordinal));

    /// <summary>Makes a text one that can be shown.</summary>
    /// <param name="text">The text, of one or more lines, without secrets.</param>
    /// <param name="shown">Gets it.</param>
    public static void Show(string text, StringBuilder shown)
    {
        var column = 0;
        foreach (var character in FileName.Show(text))
        {
            // The second half of a character stays with the first.
            var isHalf = char.IsLowSurrogate(character);
            column = character == '\n' ? 0 : isHalf ? column : column + 1;
            if (column > MaxLineLength)
                shown.Append(column == MaxLineLength + 1 && !isHalf ? "…" : "");
            else if (char.IsControl(character) && character is not ('\n' or '\t'))
                shown.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}");
            else
                shown.Append(character);
        }
    }
}

using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace WazoPlugind.Processes.Files;

/// <summary>
/// Names of files are bytes, and not always text. Here a byte that is no UTF-8 is a lone low surrogate, which UTF-8 never holds: two
/// names are the same text only if they are the same bytes.
/// </summary>
public static class FileName
{
    private const char Escape = '\uDC00';

    /// <summary>The text of a name or path.</summary>
    /// <param name="bytes">Its bytes.</param>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
            return Encoding.UTF8.GetString(bytes);
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var count) == OperationStatus.Done)
            {
                text.Append(rune.ToString());
            }
            else
            {
                count = 1;
                text.Append((char)(Escape + bytes[0]));
            }

            bytes = bytes[count..];
        }

        return text.ToString();
    }

    /// <summary>The bytes of a name or path.</summary>
    /// <param name="text">Its text.</param>
    public static byte[] Encode(string text)
    {
        var bytes = new List<byte>(text.Length);
        Span<byte> buffer = stackalloc byte[4];
        for (var index = 0; index < text.Length;)
        {
            if (Rune.TryGetRuneAt(text, index, out var rune))
            {
                bytes.AddRange(buffer[..rune.EncodeToUtf8(buffer)]);
                index += rune.Utf16SequenceLength;
            }
            else
            {
                bytes.Add((byte)(text[index++] - Escape));
            }
        }

        return [.. bytes];
    }

    /// <summary>A name or path for people: a byte that is no text as <c>\xe9</c>.</summary>
    /// <param name="text">Its text.</param>
    public static string Show(string text)
    {
        return text.Any(IsEscaped) ? string.Concat(text.Select((character, index) => IsLone(index) ? $"\\x{character - Escape:x2}" : character.ToString())) : text;

        bool IsLone(int index) => IsEscaped(text[index]) && !(index > 0 && char.IsHighSurrogate(text[index - 1]));
    }

    /// <summary>Whether a name or path is text.</summary>
    /// <param name="text">Its text.</param>
    public static bool IsText(string text) => Show(text) == text;

    private static bool IsEscaped(char character) => character is >= Escape and <= (char)(Escape + byte.MaxValue);
}

using System.Text;

namespace WazoPlugind.Processes;

/// <summary>Keeps the end of what a command writes, so that a flood costs no memory.</summary>
/// <param name="capacity">How many bytes are kept.</param>
/// <param name="secrets">What the text does not show.</param>
internal sealed class OutputTail(int capacity, IReadOnlyList<string> secrets)
{
    private const int MaxLineLength = 2000;

    private readonly Lock _lock = new();
    private readonly byte[] _ring = new byte[capacity];
    private long _written;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            _written += Math.Max(0, bytes.Length - capacity);
            bytes = bytes[Math.Max(0, bytes.Length - capacity)..];
            foreach (var value in bytes)
                _ring[_written++ % capacity] = value;
        }
    }

    public void Clear()
    {
        lock (_lock)
            _written = 0;
    }

    /// <summary>The text: secrets, invalid UTF-8 and control characters replaced, overlong lines cut.</summary>
    public override string ToString()
    {
        byte[] kept;
        bool cut;
        lock (_lock)
        {
            cut = _written > capacity;
            var start = (int)(_written % capacity);
            kept = cut ? [.. _ring[start..], .. _ring[..start]] : _ring[..(int)_written];
        }

        var text = new StringBuilder(cut ? "[…]\n" : "");
        var column = 0;
        foreach (var character in WithoutSecrets(Encoding.UTF8.GetString(kept), cut))
        {
            column = character == '\n' ? 0 : column + 1;
            if (column <= MaxLineLength)
                text.Append(char.IsControl(character) && character is not ('\n' or '\t') ? '\uFFFD' : character);
            else if (column == MaxLineLength + 1)
                text.Append('…');
        }

        return text.ToString();
    }

    // What is cut may begin in the middle of one.
    private ReadOnlySpan<char> WithoutSecrets(string kept, bool cut)
    {
        if (secrets.Count == 0)
            return kept;
        var shown = secrets.Aggregate(kept, (text, secret) => text.Replace(secret, Command.Blank, StringComparison.Ordinal));
        return cut ? shown.AsSpan(Math.Min(shown.Length, secrets.Max(secret => secret.Length))) : shown;
    }
}

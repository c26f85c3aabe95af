using System.Text;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Processes;

/// <summary>
/// Keeps the end of what a command writes, so that a flood costs no memory. As on a terminal, a line that ends with a carriage return
/// gives way to the next.
/// </summary>
/// <param name="capacity">How many bytes are kept.</param>
/// <param name="secrets">What the text does not show.</param>
internal sealed class OutputTail(int capacity, IReadOnlyList<string> secrets)
{
    private readonly byte[] _ring = new byte[capacity];
    private long _start;
    private long _end;
    private long _line;
    private bool _givesWay;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            if (value == '\r')
            {
                // What comes next decides: before a line feed it means nothing.
                _givesWay = true;
                continue;
            }

            if (_givesWay && value != '\n')
                _end = Math.Max(_line, _start);
            _givesWay = false;
            _ring[_end++ % capacity] = value;
            // What was overwritten is gone, also when the line that did it gives way.
            _start = Math.Max(_start, _end - capacity);
            if (value == '\n')
                _line = _end;
        }
    }

    public void Clear() => (_start, _end, _line, _givesWay) = (0, 0, 0, false);

    /// <summary>The text, as <see cref="OutputText"/> shows it.</summary>
    public override string ToString()
    {
        var isCut = _start > 0;
        var text = new StringBuilder(isCut ? "[…]\n" : "");
        OutputText.Show(WithoutSecrets(FileName.Decode(Kept(isCut)), isCut), text);
        return text.ToString();
    }

    private ReadOnlySpan<byte> Kept(bool isCut)
    {
        var (first, length) = ((int)(_start % capacity), (int)(_end - _start));
        var beyond = Math.Max(0, first + length - capacity);
        byte[] kept = [.. _ring.AsSpan(first, length - beyond), .. _ring.AsSpan(0, beyond)];
        var cut = 0;
        while (isCut && cut < Math.Min(OutputText.LongestCharacter - 1, length) && IsContinuation(kept[cut]))
            cut++;
        return kept.AsSpan(cut);
    }

    // A byte of a character of UTF-8 that is not its first.
    private static bool IsContinuation(byte value) => (value & 0b1100_0000) == 0b1000_0000;

    // What is cut may begin in the middle of one.
    private string WithoutSecrets(string kept, bool isCut)
    {
        if (secrets.Count == 0)
            return kept;
        var shown = OutputText.WithoutSecrets(kept, secrets);
        return isCut ? shown[Math.Min(shown.Length, secrets.Max(secret => secret.Length))..] : shown;
    }
}

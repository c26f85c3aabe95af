using System.Runtime.InteropServices;
using System.Text;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Processes;

/// <summary>
/// Tells the lines that a command writes as they come. As on a terminal, a line that ends with a carriage return gives way to the next.
/// </summary>
/// <param name="printed">Is given each line.</param>
/// <param name="secrets">What the lines do not show.</param>
internal sealed class OutputLines(Action<string> printed, IReadOnlyList<string> secrets)
{
    // As much as is shown, with a secret that begins in it.
    private readonly int _most = (OutputText.MaxLineLength * OutputText.LongestCharacter) + secrets.Select(Encoding.UTF8.GetByteCount).DefaultIfEmpty().Max();
    private readonly List<byte> _line = [];
    private bool _givesWay;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
            AppendToLine(end < 0 ? bytes : bytes[..end]);
            if (end < 0)
                return;
            // What comes next decides: before a line feed it means nothing.
            _givesWay = bytes[end] == '\r';
            if (!_givesWay)
                Print();
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>What has no end yet is a line.</summary>
    public void End()
    {
        if (_line.Count > 0)
            Print();
        _givesWay = false;
    }

    private void AppendToLine(ReadOnlySpan<byte> part)
    {
        if (part.IsEmpty)
            return;
        if (_givesWay)
            _line.Clear();
        _givesWay = false;
        _line.AddRange(part[..Math.Min(part.Length, _most - _line.Count)]);
    }

    private void Print()
    {
        var shown = new StringBuilder();
        OutputText.Show(OutputText.WithoutSecrets(FileName.Decode(CollectionsMarshal.AsSpan(_line)), secrets), shown);
        _line.Clear();
        printed(shown.ToString());
    }
}

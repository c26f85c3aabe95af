using System.Text;

namespace WazoPlugind.Operations.Records;

/// <summary>A line that a command of a step has written.</summary>
/// <param name="At">When.</param>
/// <param name="Text">The line, without its end, and without secrets.</param>
public sealed record PrintedLine(DateTimeOffset At, string Text)
{
    /// <summary>What it counts against the bound of a step's output: its bytes, with its end.</summary>
    public int Size() => Encoding.UTF8.GetByteCount(Text) + 1;
}

using WazoPlugind.Operations.Records;

namespace WazoPlugind.Worker.Steps;

/// <summary>What the commands of a step have written and the broker does not have yet: the end of it, within the bound.</summary>
/// <param name="run">The run of the step.</param>
/// <param name="limit">How many bytes are kept.</param>
internal sealed class UnsentOutput(Guid run, int limit)
{
    private readonly Queue<PrintedLine> _lines = new();
    private int _size;
    private int _next = 1;

    private int First => _next - _lines.Count;

    /// <summary>What is not sent, or <c>null</c>.</summary>
    public StepOutput? Lines => _lines.Count == 0 ? null : new StepOutput(run, First, [.. _lines]);

    /// <summary>Adds a line; what is beyond the bound is left out at the beginning.</summary>
    /// <param name="line">The line.</param>
    public void Add(PrintedLine line)
    {
        _lines.Enqueue(line);
        _next++;
        _size += line.Size();
        while (_size > limit && _lines.Count > 1)
            Remove();
    }

    /// <summary>The broker has some.</summary>
    /// <param name="sent">What was sent.</param>
    public void Confirm(StepOutput sent)
    {
        while (_lines.Count > 0 && First <= sent.Last())
            Remove();
    }

    private void Remove() => _size -= _lines.Dequeue().Size();
}

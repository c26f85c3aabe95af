using WazoPlugind.Operations.Records;

namespace WazoPlugind.Worker.Steps;

/// <summary>What the commands of a step have written in one run: the end of it, within the bound; and how much of it the broker has.</summary>
/// <param name="run">The run of the step.</param>
/// <param name="limit">How many bytes are kept.</param>
internal sealed class WrittenOutput(Guid run, int limit)
{
    private readonly Queue<PrintedLine> _lines = new();
    private int _size;
    private int _last;
    private int _told;

    private int First => _last - _lines.Count + 1;

    /// <summary>What is kept, or <c>null</c>.</summary>
    public StepOutput? Whole => _lines.Count == 0 ? null : new StepOutput(run, First, [.. _lines], Before: 0);

    /// <summary>What of it is not told, or <c>null</c>.</summary>
    public StepOutput? Untold => HasUntold ? new StepOutput(run, Math.Max(First, _told + 1), [.. _lines.TakeLast(_last - _told)], _told) : null;

    /// <summary>Whether there is anything that is not told.</summary>
    public bool HasUntold => _told != _last;

    /// <summary>Adds a line; what is beyond the bound is left out at the beginning.</summary>
    /// <param name="line">The line.</param>
    public void Add(PrintedLine line)
    {
        _lines.Enqueue(line);
        _last++;
        _size += line.Size();
        while (_size > limit && _lines.Count > 1)
            _size -= _lines.Dequeue().Size();
    }

    /// <summary>The broker has some.</summary>
    /// <param name="sent">What was sent.</param>
    public void Confirm(StepOutput sent) => _told = sent.Last();
}

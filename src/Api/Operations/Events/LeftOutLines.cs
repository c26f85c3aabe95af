using WazoPlugind.Operations.Events;

namespace WazoPlugind.Api.Operations.Events;

/// <summary>Knows of one reader where lines of a step are missing between what it was told and what comes next.</summary>
/// <param name="start">The position from which on it is told.</param>
internal sealed class LeftOutLines(long start)
{
    private readonly Dictionary<(string Operation, string Step), OperationEvent> _told = [];

    /// <summary>Takes the next event.</summary>
    /// <param name="next">The event.</param>
    /// <returns>Whether lines before it are left out.</returns>
    public bool Take(OperationEvent next)
    {
        if (next.Kind == OperationEventKind.End)
        {
            foreach (var ended in _told.Keys.Where(key => key.Operation == next.Operation).ToList())
                _told.Remove(ended);
        }

        if (next.Kind != OperationEventKind.Output)
            return false;
        var key = (next.Operation, next.Step);
        var before = _told.GetValueOrDefault(key);
        _told[key] = next;
        // Of the same run a worker may have left lines out itself.
        if (before?.Position == next.Previous && before.Run == next.Run)
            return next.FirstLine > before.FirstLine + before.Lines;
        if (next.Previous == 0 || next.Previous == before?.Position)
            return next.FirstLine > 1;
        return next.Previous > start;
    }
}

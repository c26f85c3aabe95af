namespace WazoPlugind.Operations.Outbox;

/// <summary>
/// Who may send to a queue of work next: requesters take turns, and none has more there, waiting and under way, than leaves room for
/// others. So nobody waits behind another's hundred.
/// </summary>
/// <param name="time">The clock of the workers.</param>
internal sealed class QueueShare(TimeProvider time)
{
    /// <summary>What the workers are taken to have before one says so.</summary>
    public const int UsualPlaces = 8;

    // A worker that has said nothing for as long has ended, or has nothing to do.
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, (int Places, long Heard)> _workers = [];
    private readonly Dictionary<string, int> _outstanding = [];
    private readonly Dictionary<string, Queue<OfferedLine>> _waiting = [];
    private readonly Queue<string> _turns = new();
    private int _total;

    /// <summary>A worker of the queue has been heard of.</summary>
    /// <param name="worker">Its name.</param>
    /// <param name="places">How many messages it takes at a time.</param>
    public void Note(string worker, int places) => _workers[worker] = (places, time.GetTimestamp());

    /// <summary>A line waits for its turn.</summary>
    /// <param name="line">The line.</param>
    public void Wait(OfferedLine line)
    {
        var requester = line.Line.Head.Requester;
        if (!_waiting.TryGetValue(requester, out var lines))
            _waiting[requester] = lines = new Queue<OfferedLine>();
        if (lines.Count == 0)
            _turns.Enqueue(requester);
        lines.Enqueue(line);
    }

    /// <summary>Takes the line whose turn it is, if there is room.</summary>
    /// <returns>The line, whose head counts from now on; or <c>null</c>.</returns>
    public OutboxLine? Next()
    {
        var places = Places();
        for (var left = _turns.Count; left > 0 && _total < 2 * places; left--)
        {
            var requester = _turns.Dequeue();
            var lines = _waiting[requester];
            if (_outstanding.GetValueOrDefault(requester) >= Math.Max(1, places * 3 / 4))
            {
                _turns.Enqueue(requester);
                continue;
            }

            var line = lines.Dequeue();
            if (lines.Count > 0)
                _turns.Enqueue(requester);
            else
                _waiting.Remove(requester);
            if (!line.IsCurrent)
            {
                left = _turns.Count + 1;
                continue;
            }

            Take(requester);
            return line.Line;
        }

        return null;
    }

    /// <summary>Counts a message that is at the queue.</summary>
    /// <param name="requester">Whose it is.</param>
    public void Take(string requester)
    {
        _outstanding[requester] = _outstanding.GetValueOrDefault(requester) + 1;
        _total++;
    }

    /// <summary>Stops counting one that is answered, or did not get there.</summary>
    /// <param name="requester">Whose it was.</param>
    public void Release(string requester)
    {
        _total--;
        if (--_outstanding[requester] == 0)
            _outstanding.Remove(requester);
    }

    private int Places()
    {
        foreach (var (worker, _) in _workers.Where(worker => time.GetElapsedTime(worker.Value.Heard) > Silence).ToList())
            _workers.Remove(worker);
        return _workers.Count == 0 ? UsualPlaces : _workers.Values.Sum(worker => worker.Places);
    }
}

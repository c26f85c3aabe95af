namespace WazoPlugind.Hosting.Broker;

/// <summary>Says that the broker is away when it is found so, once a minute while it is, and that it is back; however often it is found.</summary>
/// <param name="time">The clock of the minute.</param>
/// <param name="away">Says that it is away, and why.</param>
/// <param name="back">Says that it is back.</param>
/// <param name="ask">Finds out every minute whether it is still; <c>null</c> where whoever tells does that.</param>
public sealed class AwayNotice(TimeProvider time, Action<string> away, Action back, Action? ask = null) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private string _reason = "";
    private long _toldAt;
    private ITimer? _timer;

    /// <summary>Takes note that it is away.</summary>
    /// <param name="reason">Why.</param>
    public void Tell(string reason)
    {
        lock (_lock)
        {
            _reason = reason;
            if (_timer is not null && time.GetElapsedTime(_toldAt) < Interval)
                return;
            _timer ??= time.CreateTimer(_ => Remind(), state: null, Interval, Interval);
            _toldAt = time.GetTimestamp();
        }

        away(reason);
    }

    /// <summary>Takes note that it is there.</summary>
    public void TellBack()
    {
        lock (_lock)
        {
            if (_timer is null)
                return;
            _timer.Dispose();
            _timer = null;
        }

        back();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
            _timer?.Dispose();
    }

    private void Remind()
    {
        if (ask is not null)
        {
            ask();
            return;
        }

        string reason;
        lock (_lock)
        {
            if (_timer is null)
                return;
            reason = _reason;
        }

        Tell(reason);
    }
}

using WazoPlugind.Operations;
using WazoPlugind.Operations.Changes;
using WazoPlugind.Operations.Events;

namespace WazoPlugind.Api.Operations.Events;

/// <summary>Reads what happens in operations once, for all who read along. Without readers it does nothing.</summary>
/// <param name="changes">Tells that something has changed.</param>
/// <param name="events">Reads it.</param>
/// <param name="time">The clock of the pauses.</param>
/// <param name="logger">Is told of what cannot be read.</param>
internal sealed partial class EventFeed(OperationChanges changes, OperationEventQueries events, TimeProvider time, ILogger<EventFeed> logger) : IDisposable
{
    private const int Most = 500;

    // What is stored in between goes together.
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(50);

    private readonly Lock _lock = new();
    private readonly HashSet<EventSubscription> _subscriptions = [];
    private CancellationTokenSource? _running;
    private long _position;
    private LeftOutLines _leftOut = new(0);

    /// <summary>Begins to tell a reader what happens.</summary>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public EventSubscription Subscribe()
    {
        lock (_lock)
        {
            if (_subscriptions.Count == 0)
            {
                _position = events.Positions().Last;
                _leftOut = new LeftOutLines(_position);
                _running = new CancellationTokenSource();
                var watch = changes.Watch();
                var stop = _running.Token;
                _ = Task.Run(() => RunAsync(watch, stop), CancellationToken.None);
            }

            var subscription = new EventSubscription(this, _position);
            _subscriptions.Add(subscription);
            return subscription;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
            End();
    }

    /// <summary>Ends telling a reader.</summary>
    /// <param name="subscription">The reader.</param>
    internal void Remove(EventSubscription subscription)
    {
        lock (_lock)
        {
            if (_subscriptions.Remove(subscription) && _subscriptions.Count == 0)
                End();
        }
    }

    private void End()
    {
        _running?.Cancel();
        _running?.Dispose();
        _running = null;
    }

    private async Task RunAsync(OperationWatch watch, CancellationToken stop)
    {
        using (watch)
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    while (Tell(stop))
                    {
                    }
                }
                catch (OperationsUnavailableException e)
                {
                    LogUnreadable(e.InnerException?.Message ?? e.Message);
                }

                await watch.NextAsync(stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await Task.Delay(Together, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // Whether there may be more.
    private bool Tell(CancellationToken stop)
    {
        var found = events.After(_position, long.MaxValue, operation: null, Most);
        if (found.Count == 0)
        {
            // One that was damaged has been set aside.
            var last = events.Positions().Last;
            if (last >= _position)
                return false;
            found = events.After(0, last, operation: null, Most);
        }

        lock (_lock)
        {
            if (stop.IsCancellationRequested)
                return false;
            foreach (var happened in found)
            {
                var item = new FeedItem(happened.Operation, happened.Kind == OperationEventKind.End, EventText.Of(happened, _leftOut.Take(happened)));
                foreach (var subscription in _subscriptions)
                    subscription.Add(item);
                _position = happened.Position;
            }
        }

        return found.Count == Most;
    }

    [LoggerMessage(LogLevel.Warning, "What happens in operations cannot be read now: {Reason}")]
    private partial void LogUnreadable(string reason);
}

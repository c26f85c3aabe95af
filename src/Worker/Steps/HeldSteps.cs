using System.Collections.Concurrent;

namespace WazoPlugind.Worker.Steps;

/// <summary>Knows which messages this process has taken and not answered yet.</summary>
/// <param name="time">The clock of the waiting.</param>
internal sealed class HeldSteps(TimeProvider time)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<Guid, int> _deliveries = new();

    /// <summary>The ids of the messages.</summary>
    public IReadOnlyList<Guid> Messages => [.. _deliveries.Keys];

    /// <summary>Whether a message is held.</summary>
    /// <param name="message">Its id.</param>
    public bool IsHeld(Guid message) => _deliveries.ContainsKey(message);

    /// <summary>Waits until none is held: what cannot be ended, as the package manager, goes on while the worker stops.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task WhenNoneAsync(CancellationToken cancellationToken)
    {
        while (!_deliveries.IsEmpty)
            await Task.Delay(LookAgain, time, cancellationToken);
    }

    /// <summary>Takes a message; it may be held more than once, when it came again.</summary>
    /// <param name="message">The message's id.</param>
    /// <returns>Ends with the delivery.</returns>
    public IDisposable Hold(Guid message)
    {
        _deliveries.AddOrUpdate(message, 1, (_, count) => count + 1);
        return new Delivery(this, message);
    }

    private void Release(Guid message)
    {
        if (_deliveries.AddOrUpdate(message, 0, (_, count) => count - 1) <= 0)
            _deliveries.TryRemove(new KeyValuePair<Guid, int>(message, 0));
    }

    private sealed class Delivery(HeldSteps held, Guid message) : IDisposable
    {
        public void Dispose() => held.Release(message);
    }
}

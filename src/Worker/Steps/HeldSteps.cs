using System.Collections.Concurrent;

namespace WazoPlugind.Worker.Steps;

/// <summary>Knows which messages this process has taken and not answered yet, and ends the work on those whose operation is cancelled.</summary>
/// <param name="time">The clock of the waiting.</param>
internal sealed class HeldSteps(TimeProvider time)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<HeldStep, bool> _held = new();
    private readonly TaskCompletionSource _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the first message is taken.</summary>
    public Task First => _first.Task;

    /// <summary>The ids of the messages.</summary>
    public IReadOnlyList<Guid> Messages => [.. _held.Keys.Select(held => held.Message).Distinct()];

    /// <summary>The operations that they are of.</summary>
    public IReadOnlyList<Guid> Operations => [.. _held.Keys.Select(held => held.Operation).Distinct()];

    /// <summary>Whether a message is held.</summary>
    /// <param name="message">Its id.</param>
    public bool IsHeld(Guid message) => _held.Keys.Any(held => held.Message == message);

    /// <summary>Waits until none is held: what cannot be ended, as the package manager, goes on while the worker stops.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task WhenNoneAsync(CancellationToken cancellationToken)
    {
        while (!_held.IsEmpty)
            await Task.Delay(LookAgain, time, cancellationToken);
    }

    /// <summary>Takes a message; it may be held more than once, when it came again.</summary>
    /// <param name="message">The message's id.</param>
    /// <param name="operation">The operation that it is of.</param>
    /// <returns>Ends with the delivery.</returns>
    public HeldStep Hold(Guid message, Guid operation)
    {
        var held = new HeldStep(message, operation, ended => _held.TryRemove(ended, out _));
        _held[held] = true;
        _first.TrySetResult();
        return held;
    }

    /// <summary>An operation is cancelled: its work ends.</summary>
    /// <param name="operation">The operation.</param>
    public void Cancel(Guid operation)
    {
        foreach (var held in _held.Keys.Where(held => held.Operation == operation))
            held.Cancel();
    }
}

namespace WazoPlugind.Worker.Steps;

/// <summary>
/// Lets the steps of this process by, or one of them alone: one that may have ended its worker before takes no other with it. While it
/// waits for the others to end, none begins.
/// </summary>
/// <param name="time">The clock of the waiting.</param>
internal sealed class StepGate(TimeProvider time)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = New();
    private int _underWay;
    private int _waitingAlone;
    private bool _isAlone;

    /// <summary>Enters beside others.</summary>
    /// <param name="patience">How long to wait.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Ends with the step; <c>null</c> when the patience was at its end before.</returns>
    public Task<IDisposable?> EnterAsync(TimeSpan patience, CancellationToken cancellationToken) =>
        WaitAsync(() => !_isAlone && _waitingAlone == 0, patience, cancellationToken);

    /// <summary>Enters when nothing else is under way.</summary>
    /// <param name="patience">How long to wait, and to have the others wait.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Ends with the step; <c>null</c> when the patience was at its end before.</returns>
    public async Task<IDisposable?> EnterAloneAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        lock (_lock)
            _waitingAlone++;
        try
        {
            return await WaitAsync(() => _underWay == 0 && (_isAlone = true), patience, cancellationToken);
        }
        finally
        {
            Change(() => _waitingAlone--);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<IDisposable?> WaitAsync(Func<bool> mayEnter, TimeSpan patience, CancellationToken cancellationToken)
    {
        var since = time.GetTimestamp();
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (mayEnter())
                {
                    _underWay++;
                    return new Entry(this);
                }

                changed = _changed.Task;
            }

            var rest = patience - time.GetElapsedTime(since);
            if (rest <= TimeSpan.Zero)
                return null;
            await changed.WaitAsync(rest, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
            _changed.SetResult();
            _changed = New();
        }
    }

    private sealed class Entry(StepGate gate) : IDisposable
    {
        // Whoever is alone is the only one to leave.
        public void Dispose() => gate.Change(() => (gate._underWay, gate._isAlone) = (gate._underWay - 1, false));
    }
}

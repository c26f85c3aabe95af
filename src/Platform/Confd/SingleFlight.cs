namespace WazoPlugind.Platform.Confd;

/// <summary>Runs a question to another service once, however many wait for its answer.</summary>
/// <typeparam name="T">The answer.</typeparam>
/// <param name="ask">Asks. It has its own time limit: those who wait may go away, the question goes on for the others.</param>
public sealed class SingleFlight<T>(Func<Task<T>> ask)
{
    private readonly Lock _lock = new();
    private Task<T>? _running;

    /// <summary>Waits for the answer to the question that is under way, else asks.</summary>
    /// <param name="cancellationToken">Stops waiting, not asking.</param>
    public Task<T> JoinAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_running is null or { IsCompleted: true })
            {
                _running = Task.Run(ask, CancellationToken.None);
                // Where nobody waits any more, a failure is nobody's.
                _ = _running.ContinueWith(
                    static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }

            return _running.WaitAsync(cancellationToken);
        }
    }
}

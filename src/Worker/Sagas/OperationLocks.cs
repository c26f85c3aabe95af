namespace WazoPlugind.Worker.Sagas;

/// <summary>
/// Lets the events of one operation in one after the other. A saga sends before its new state is stored: a quick answer has to
/// wait for that, or it would find an operation that does not expect it.
/// </summary>
internal sealed class OperationLocks
{
    // Operations share them, by chance; a lock is held for some milliseconds.
    private readonly SemaphoreSlim[] _locks = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Runs something alone for its operation.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="run">What to run.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task RunAsync(Guid operation, Func<Task> run, CancellationToken cancellationToken)
    {
        var alone = _locks[(uint)operation.GetHashCode() % _locks.Length];
        await alone.WaitAsync(cancellationToken);
        try
        {
            await run();
        }
        finally
        {
            alone.Release();
        }
    }
}

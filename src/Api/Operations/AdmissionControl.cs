using WazoPlugind.Api.Status;
using WazoPlugind.Operations;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Api.Operations;

/// <summary>
/// Knows how many operations wait or are under way: those that the workers have stored, and the commands that they have not taken yet.
/// It counts at most once a second, and in between adds what this process accepts.
/// </summary>
/// <param name="configuration">Says how many may be.</param>
/// <param name="history">Knows those that were taken.</param>
/// <param name="bus">Knows those that were not.</param>
/// <param name="time">The clock of the counting.</param>
internal sealed class AdmissionControl(PlugindConfiguration configuration, OperationQueries history, BusStatus bus, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private long _countedAt;
    private int _count;

    /// <summary>Takes a place for another operation.</summary>
    /// <param name="cancellationToken">Stops counting.</param>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> TryAddAsync(CancellationToken cancellationToken)
    {
        var countedAt = Interlocked.Read(ref _countedAt);
        if (countedAt == 0 || time.GetElapsedTime(countedAt) >= Freshness)
        {
            // One request counts, the others go on with what is known.
            if (Interlocked.CompareExchange(ref _countedAt, time.GetTimestamp(), countedAt) == countedAt)
                Volatile.Write(ref _count, CountTaken() + await bus.CountCommandsAsync(cancellationToken));
        }

        return Interlocked.Increment(ref _count) <= configuration.Limits.Operations;
    }

    private int CountTaken()
    {
        try
        {
            return history.CountUnfinished();
        }
        catch (OperationsUnavailableException)
        {
            // A history that cannot be read is no reason to refuse work; it is logged.
            return 0;
        }
    }
}

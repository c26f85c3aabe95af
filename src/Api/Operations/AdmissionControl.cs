using WazoPlugind.Api.Status;
using WazoPlugind.Operations;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Api.Operations;

/// <summary>
/// Knows how many operations wait or are under way: those that the workers have stored, and what they have not taken yet.
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
                Volatile.Write(ref _count, CountStored() + await CountQueuedAsync(cancellationToken));
        }

        return Interlocked.Increment(ref _count) <= configuration.Limits.Operations;
    }

    // 0 when the broker does not say: then it takes nothing either.
    private async Task<int> CountQueuedAsync(CancellationToken cancellationToken)
    {
        var (_, _, commands, requests) = await bus.GetAsync(cancellationToken);
        return (commands ?? 0) + (requests ?? 0);
    }

    private int CountStored()
    {
        try
        {
            return history.CountUnfinished() + (configuration.Bus.Transport == BusConfiguration.InMemory ? history.Requested().Count : 0);
        }
        catch (OperationsUnavailableException)
        {
            // A history that cannot be read is no reason to refuse work; it is logged.
            return 0;
        }
    }
}

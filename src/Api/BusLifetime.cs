using MassTransit;

namespace WazoPlugind.Api;

/// <summary>
/// Connects to the bus a moment after the API began to listen, or at the first command, whichever comes first. MassTransit's
/// own hosted service would do it before: building the bus takes longer than all else of the start, and only commands need it.
/// </summary>
/// <param name="bus">Gives the bus; building it at the first call.</param>
/// <param name="time">The clock of the moment.</param>
internal sealed class BusLifetime(Func<IBusControl> bus, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stopping = new();
    private Task? _started;

    /// <summary>Connects, unless that was done before. Without a broker the task goes on until there is one.</summary>
    public Task EnsureStartedAsync()
    {
        lock (_stopping)
            return _started ??= Task.Run(() => bus().StartAsync(_stopping.Token), _stopping.Token);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await _stopping.CancelAsync();
        if (_started is null)
            return;
        // Without a broker neither ends before the broker is back; nothing is lost by leaving then.
        var stopped = StopBusAsync(_started, cancellationToken);
        await stopped.WaitAsync(StopLimit, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task StopBusAsync(Task started, CancellationToken cancellationToken)
    {
        await started.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await bus().StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _stopping.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(Moment, time, stoppingToken);
            await EnsureStartedAsync().WaitAsync(stoppingToken);
        }
        // A host that failed to start takes a service that ends in an exception for one that broke.
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }
}

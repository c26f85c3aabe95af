using MassTransit;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Api.Commands;

/// <summary>
/// Builds the bus and connects it a moment after the API began to listen, or at the first command, whichever comes first: only
/// commands need it.
/// </summary>
/// <param name="configuration">Says where the broker is.</param>
/// <param name="logging">Makes the bus's logs.</param>
/// <param name="time">The clock of the moment.</param>
internal sealed class BusLifetime(PlugindConfiguration configuration, ILoggerFactory logging, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stopping = new();
    private IBusControl? _bus;
    private Task<IBus>? _started;

    /// <summary>Connects, unless that was done before. Without a broker the task goes on until there is one.</summary>
    public Task<IBus> StartedAsync()
    {
        lock (_stopping)
            return _started ??= Task.Run(StartBusAsync, _stopping.Token);
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

    private async Task<IBus> StartBusAsync()
    {
        _bus = BusSetup.CreateSendingBus(configuration, logging);
        await _bus.StartAsync(_stopping.Token);
        return _bus;
    }

    private async Task StopBusAsync(Task started, CancellationToken cancellationToken)
    {
        await started.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_bus is not null)
            await _bus.StopAsync(cancellationToken);
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
            await StartedAsync().WaitAsync(stoppingToken);
        }
        // A host that failed to start takes a service that ends in an exception for one that broke.
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }
}

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WazoPlugind.Operations.Locks;
using WazoPlugind.Operations.Outbox;
using WazoPlugind.Operations.Schema;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Worker.Bus;

namespace WazoPlugind.Worker.Orchestration;

/// <summary>
/// Runs the orchestrator's part of a worker: one at a time has the database, and takes commands and reports; another one stands by, and
/// takes over when the first ends, however it does.
/// </summary>
/// <param name="configuration">Says whether there is a broker.</param>
/// <param name="orchestratorLock">Says whose turn it is.</param>
/// <param name="database">The operations.</param>
/// <param name="writer">Stores.</param>
/// <param name="dispatcher">Sends.</param>
/// <param name="endpoints">Connects the queues.</param>
/// <param name="lifetime">Ends the process when this cannot go on.</param>
/// <param name="logger">Is told.</param>
internal sealed partial class Orchestrator(
    PlugindConfiguration configuration,
    OrchestratorLock orchestratorLock,
    OperationDatabase database,
    OperationWriter writer,
    OutboxDispatcher dispatcher,
    BusEndpoints endpoints,
    IHostApplicationLifetime lifetime,
    ILogger<Orchestrator> logger)
    : IHostedService, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _dispatching = Task.CompletedTask;
    private Task _standingBy = Task.CompletedTask;

    /// <summary>Ends once this process has the database.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Prepares the database, if this process may have it now.</summary>
    /// <exception cref="IOException">It cannot be used.</exception>
    public void Prepare()
    {
        if (!orchestratorLock.TryTake())
            return;
        database.Prepare();
        _ready.SetResult();
    }

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (Ready.IsCompleted)
        {
            await BeginAsync(cancellationToken);
            return;
        }

        LogStandsBy(configuration.Operations.Database);
        _standingBy = StandByAsync();
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_standingBy, _dispatching).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    private async Task StandByAsync()
    {
        try
        {
            await orchestratorLock.TakeAsync(_stopping.Token);
            LogTakesOver(configuration.Operations.Database);
            database.Prepare();
            _ready.SetResult();
            await BeginAsync(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
        catch (IOException e)
        {
            LogCannotTakeOver(e);
            lifetime.StopApplication();
        }
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<OutboxMessage> stored = [];
        await writer.WriteSoonAsync(transaction => stored = transaction.Outbox());
        writer.Stored = dispatcher.Take;
        await endpoints.ConnectAsync(OrchestratorEndpoints.All, cancellationToken);
        // In memory the queues were lost with the process before: all of it is sent again.
        _dispatching = dispatcher.RunAsync(
            configuration.Bus.Transport == BusConfiguration.InMemory ? [.. stored.Select(message => message with { IsSent = false })] : stored, _stopping.Token);
    }

    [LoggerMessage(LogLevel.Information, "Another worker orchestrates the operations in {Database}; this one stands by")]
    private partial void LogStandsBy(string database);

    [LoggerMessage(LogLevel.Information, "The worker that orchestrated the operations in {Database} has ended; this one takes over")]
    private partial void LogTakesOver(string database);

    [LoggerMessage(LogLevel.Critical, "The operations cannot be taken over")]
    private partial void LogCannotTakeOver(Exception exception);
}

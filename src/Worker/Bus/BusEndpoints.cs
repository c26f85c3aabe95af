using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Worker.Bus;

/// <summary>
/// Adds queues to a bus that has begun to start: they are built while it connects, which takes as long, instead of before.
/// </summary>
/// <param name="bus">The bus.</param>
/// <param name="configuration">Says the transport.</param>
/// <param name="queues">Replaces queues that are declared otherwise.</param>
/// <param name="endpoints">The queues of the steps.</param>
/// <param name="logger">Is told of a queue that cannot be consumed.</param>
internal sealed partial class BusEndpoints(
    IReceiveEndpointConnector bus,
    PlugindConfiguration configuration,
    WorkQueues queues,
    IReadOnlyList<BusEndpoint> endpoints,
    ILogger<BusEndpoints> logger)
    : IHostedService, IReceiveEndpointObserver, IDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan NextTry = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, (BusEndpoint Endpoint, HostReceiveEndpointHandle Handle)> _connected = new();
    private readonly ConcurrentDictionary<string, bool> _otherArguments = new();
    private readonly ConcurrentDictionary<string, bool> _connectingAgain = new();
    private int _isRefused;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => ConnectAsync(endpoints, cancellationToken);

    /// <summary>Adds queues.</summary>
    /// <param name="added">The queues.</param>
    /// <param name="cancellationToken">Adds no more: the host stops already.</param>
    public async Task ConnectAsync(IReadOnlyList<BusEndpoint> added, CancellationToken cancellationToken)
    {
        foreach (var endpoint in added)
        {
            if (cancellationToken.IsCancellationRequested)
                return;
            var handle = Connect(endpoint);
            // In memory a message to a queue that is not there yet is lost. Nothing waits for a broker: it may be away.
            if (configuration.Bus.Transport == BusSetup.InMemory)
                await handle.Ready;
        }
    }

    /// <summary>
    /// Waits until what has begun is consumed: a bus that is stopped in the midst of it does not end (seen with MassTransit 8.5.12 and
    /// RabbitMQ.Client 7.1.2: a channel is disposed of while its consumer is declared). Without a broker nothing is consumed.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_connected.Values.Select(connected => (Task)connected.Handle.Ready))
            .WaitAsync(LongestStart, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>
    /// A queue that was declared with other arguments is replaced, where nothing is lost by that; the bus tries again by itself. It does not
    /// where the broker refuses the login or the virtual host (seen with MassTransit 8.5.12): then the queue is added again.
    /// </summary>
    /// <param name="faulted">What went wrong.</param>
    public async Task Faulted(ReceiveEndpointFaulted faulted)
    {
        var queue = faulted.InputAddress.Segments[^1];
        if (faulted.Exception is ConnectionException { IsTransient: false })
        {
            if (Interlocked.Exchange(ref _isRefused, 1) == 0)
                LogRefused(configuration.Bus.Username, configuration.Bus.Vhost, faulted.Exception.GetBaseException().Message);
            if (_connectingAgain.TryAdd(queue, true))
                _ = ConnectAgainAsync(queue);
            return;
        }

        if (faulted.Exception?.GetBaseException() is not OperationInterruptedException { ShutdownReason.ReplyCode: Constants.PreconditionFailed })
            return;
        try
        {
            await queues.DeclareAsync(queue, CancellationToken.None);
        }
        catch (Exception e) when (e is QueueInUseException or RabbitMQClientException or IOException)
        {
            // The bus tries every few seconds, until someone has mended it.
            if (_otherArguments.TryAdd(queue, true))
                LogNotConsumed(queue, e.Message);
        }
    }

    /// <inheritdoc/>
    public Task Ready(ReceiveEndpointReady ready)
    {
        _otherArguments.TryRemove(ready.InputAddress.Segments[^1], out _);
        if (Interlocked.Exchange(ref _isRefused, 0) == 1)
            LogTaken();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    private HostReceiveEndpointHandle Connect(BusEndpoint endpoint)
    {
        var handle = bus.ConnectReceiveEndpoint(endpoint.Queue, (context, queue) =>
        {
            Configure(endpoint, context, queue);
            queue.ConnectReceiveEndpointObserver(this);
        });
        _connected[endpoint.Queue] = (endpoint, handle);
        return handle;
    }

    private async Task ConnectAgainAsync(string queue)
    {
        try
        {
            await Task.Delay(NextTry, _stopping.Token);
            var (endpoint, handle) = _connected[queue];
            await handle.StopAsync(_stopping.Token);
            _connectingAgain.TryRemove(queue, out _);
            if (!_stopping.IsCancellationRequested)
                Connect(endpoint);
        }
        catch (OperationCanceledException)
        {
            // The worker stops.
        }
    }

    private static void Configure(BusEndpoint endpoint, IBusRegistrationContext context, IReceiveEndpointConfigurator queue)
    {
        if (queue is IRabbitMqReceiveEndpointConfigurator rabbitMq)
            Declare(endpoint, rabbitMq);
        // Messages are sent to the queue by name; nothing subscribes to message types.
        queue.ConfigureConsumeTopology = false;
        queue.PublishFaults = false;
        queue.PrefetchCount = endpoint.Concurrency;
        queue.ConcurrentMessageLimit = endpoint.Concurrency;
        endpoint.Configure(context, queue);
    }

    private static void Declare(BusEndpoint endpoint, IRabbitMqReceiveEndpointConfigurator queue)
    {
        queue.SetQuorumQueue();
        if (!endpoint.HasDeadLetters)
            return;
        // Their exchange is declared with the queue of dead letters, once: a bus that did so for each of its queues would start later.
        foreach (var (name, value) in QueueArguments.OfWork)
            queue.SetQueueArgument(name, value);
    }

    [LoggerMessage(LogLevel.Error, "The broker does not let '{User}' in to the virtual host '{Vhost}', and is asked again until it does (bus.username, bus.password, bus.vhost): {Reason}")]
    private partial void LogRefused(string user, string vhost, string reason);

    [LoggerMessage(LogLevel.Information, "The broker lets us in again")]
    private partial void LogTaken();

    [LoggerMessage(LogLevel.Error, "The queue {Queue} cannot be consumed: {Reason}")]
    private partial void LogNotConsumed(string queue, string reason);
}

using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
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
    : IHostedService, IReceiveEndpointObserver
{
    private const ushort PreconditionFailed = 406;

    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(5);

    private readonly List<Task> _begun = [];
    private readonly ConcurrentDictionary<string, bool> _refused = new();

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
            var connected = bus.ConnectReceiveEndpoint(endpoint.Queue, (context, queue) =>
            {
                Configure(endpoint, context, queue);
                queue.ConnectReceiveEndpointObserver(this);
            });
            // In memory a message to a queue that is not there yet is lost. Nothing waits for a broker: it may be away.
            if (configuration.Bus.Transport == BusSetup.InMemory)
                await connected.Ready;
            lock (_begun)
                _begun.Add(connected.Ready);
        }
    }

    /// <summary>
    /// Waits until what has begun is consumed: a bus that is stopped in the midst of it does not end (seen with MassTransit 8.5.12 and
    /// RabbitMQ.Client 7.1.2: a channel is disposed of while its consumer is declared). Without a broker nothing is consumed.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task begun;
        lock (_begun)
            begun = Task.WhenAll(_begun);
        await begun.WaitAsync(LongestStart, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>A queue that was declared with other arguments is replaced, where nothing is lost by that; the bus tries again by itself.</summary>
    /// <param name="faulted">What went wrong.</param>
    public async Task Faulted(ReceiveEndpointFaulted faulted)
    {
        if (faulted.Exception?.GetBaseException() is not OperationInterruptedException { ShutdownReason.ReplyCode: PreconditionFailed })
            return;
        var queue = faulted.InputAddress.Segments[^1];
        try
        {
            await queues.DeclareAsync(queue, CancellationToken.None);
        }
        catch (Exception e) when (e is QueueInUseException or RabbitMQClientException or IOException)
        {
            // The bus tries every few seconds, until someone has mended it.
            if (_refused.TryAdd(queue, true))
                LogNotConsumed(queue, e.Message);
        }
    }

    /// <inheritdoc/>
    public Task Ready(ReceiveEndpointReady ready)
    {
        _refused.TryRemove(ready.InputAddress.Segments[^1], out _);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

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

    [LoggerMessage(LogLevel.Error, "The queue {Queue} cannot be consumed: {Reason}")]
    private partial void LogNotConsumed(string queue, string reason);
}

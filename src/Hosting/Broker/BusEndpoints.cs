using MassTransit;
using Microsoft.Extensions.Hosting;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Hosting.Broker;

/// <summary>
/// Adds the queues to a bus that has begun to start: they are built while it connects, which takes as long, instead of before.
/// </summary>
/// <param name="bus">The bus.</param>
/// <param name="configuration">Says the transport.</param>
/// <param name="endpoints">The queues.</param>
internal sealed class BusEndpoints(IReceiveEndpointConnector bus, PlugindConfiguration configuration, IReadOnlyList<BusEndpoint> endpoints) : IHostedService
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(5);

    private readonly List<Task> _begun = [];

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var endpoint in endpoints)
        {
            // The host stops already.
            if (cancellationToken.IsCancellationRequested)
                return;
            var connected = bus.ConnectReceiveEndpoint(endpoint.Queue, (context, queue) => Configure(endpoint, context, queue));
            // In memory a message to a queue that is not there yet is lost. Nothing waits for a broker: it may be away.
            if (configuration.Bus.Transport == BusSetup.InMemory)
                await connected.Ready;
            _begun.Add(connected.Ready);
        }
    }

    /// <summary>
    /// Waits until what has begun is consumed: a bus that is stopped in the midst of it does not end (seen with MassTransit 8.5.12 and
    /// RabbitMQ.Client 7.1.2: a channel is disposed of while its consumer is declared). Without a broker nothing is consumed.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task StopAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(_begun).WaitAsync(LongestStart, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

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
}

using MassTransit;
using Microsoft.Extensions.Hosting;
using WazoPlugind.Plugins.Configuration;

namespace WazoPlugind.Hosting;

/// <summary>
/// Adds the queues to a bus that has begun to start: they are built while it connects, which takes as long, instead of before.
/// </summary>
/// <param name="bus">The bus.</param>
/// <param name="configuration">Says the transport.</param>
/// <param name="endpoints">The queues.</param>
internal sealed class BusEndpoints(IReceiveEndpointConnector bus, PlugindConfiguration configuration, IReadOnlyList<BusEndpoint> endpoints) : IHostedService
{
    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var endpoint in endpoints)
        {
            var connected = bus.ConnectReceiveEndpoint(endpoint.Queue, (context, queue) => Configure(endpoint, context, queue));
            // In memory a message to a queue that is not there yet is lost. Nothing waits for a broker: it may be away.
            if (configuration.Bus.Transport == BusSetup.InMemory)
                await connected.Ready;
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

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
        queue.SetQueueArgument("x-delivery-limit", QueueArguments.DeliveryLimit);
        queue.BindDeadLetterQueue(QueueArguments.DeadLetters, QueueArguments.DeadLetters, letters => letters.SetQueueArgument("x-queue-type", "quorum"));
    }
}

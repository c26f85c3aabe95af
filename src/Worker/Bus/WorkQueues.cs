using MassTransit;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Worker.Bus;

/// <summary>Sends messages to queues by name, with the operation that they belong to as their correlation id.</summary>
/// <param name="configuration">Says whether there is a broker.</param>
/// <param name="topology">Declares them.</param>
internal sealed class WorkQueues(PlugindConfiguration configuration, QueueTopology topology)
{
    /// <summary>
    /// Sends a message and waits for the broker's confirm. A queue that no worker has created yet, or that someone deleted, is created:
    /// the broker drops what it has no queue for.
    /// </summary>
    /// <param name="endpoints">The bus, or the message being consumed.</param>
    /// <param name="queue">One of <see cref="Queues"/>.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <param name="describe">Adds to what is sent.</param>
    public async Task SendAsync(
        ISendEndpointProvider endpoints, string queue, object message, CancellationToken cancellationToken, Action<SendContext>? describe = null)
    {
        try
        {
            await SendOnceAsync();
        }
        catch (MessageReturnedException)
        {
            await DeclareAsync(queue, cancellationToken);
            await SendOnceAsync();
        }

        async Task SendOnceAsync()
        {
            // Not "queue:": that declares the queue again without its arguments, which the broker refuses for a quorum queue.
            var endpoint = await endpoints.GetSendEndpoint(new Uri("exchange:" + queue));
            // By its own type, whatever it was passed as.
            await endpoint.Send(message, message.GetType(), Pipe.Execute<SendContext>(Describe), cancellationToken);
        }

        void Describe(SendContext context)
        {
            context.CorrelationId = (message as IOperationMessage)?.Uuid;
            if (context.TryGetPayload<RabbitMqSendContext>(out var rabbitMq))
                rabbitMq.Mandatory = true;
            describe?.Invoke(context);
        }
    }

    /// <summary>Declares a queue, where there is a broker.</summary>
    /// <param name="queue">One of <see cref="Queues"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task DeclareAsync(string queue, CancellationToken cancellationToken)
    {
        if (configuration.Bus.Transport != BusConfiguration.InMemory)
            await topology.DeclareAsync(queue, cancellationToken);
    }
}

using MassTransit;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Hosting.Broker;

/// <summary>Sends messages to queues by name, with the operation that they belong to as their correlation id.</summary>
public static class SendExtensions
{
    // Not "queue:": that declares the queue again without its arguments, which the broker refuses for a quorum queue.
    private static Uri Of(string queue) => new("exchange:" + queue);

    /// <summary>
    /// Sends a message to a queue and waits for the broker's confirm. A queue that no worker has created yet, or that someone deleted,
    /// is created: the broker drops what it has no queue for.
    /// </summary>
    /// <typeparam name="T">The message's type.</typeparam>
    /// <param name="endpoints">The bus, or the message being consumed.</param>
    /// <param name="bus">Says where the broker is.</param>
    /// <param name="queue">One of <see cref="Queues"/>.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task SendToAsync<T>(
        this ISendEndpointProvider endpoints, BusConfiguration bus, string queue, T message, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            await SendAsync();
        }
        catch (MessageReturnedException)
        {
            await QueueTopology.DeclareAsync(bus, queue, cancellationToken);
            await SendAsync();
        }

        Task SendAsync() => endpoints.SendToAsync(queue, message, cancellationToken, describe: context =>
        {
            if (context.TryGetPayload<RabbitMqSendContext>(out var rabbitMq))
                rabbitMq.Mandatory = true;
        });
    }

    /// <summary>Sends a message to a queue that exists and waits for the broker's confirm.</summary>
    /// <typeparam name="T">The message's type.</typeparam>
    /// <param name="endpoints">The message being consumed.</param>
    /// <param name="queue">One of <see cref="Queues"/>.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <param name="describe">Adds to what is sent.</param>
    public static async Task SendToAsync<T>(
        this ISendEndpointProvider endpoints, string queue, T message, CancellationToken cancellationToken, Action<SendContext>? describe = null)
        where T : class
    {
        var endpoint = await endpoints.GetSendEndpoint(Of(queue));
        // By its own type, whatever it was passed as.
        await endpoint.Send(message, message.GetType(), Pipe.Execute<SendContext>(Describe), cancellationToken);

        void Describe(SendContext context)
        {
            context.CorrelationId = (message as IOperationMessage)?.Uuid;
            describe?.Invoke(context);
        }
    }
}

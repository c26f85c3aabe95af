using RabbitMQ.Client;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Hosting.Broker;

/// <summary>Declares a queue of work as its worker does, so that messages wait in it for the first start of one.</summary>
internal static class QueueTopology
{
    /// <summary>Declares the exchange, the queue, and the binding between them.</summary>
    /// <param name="bus">Says where the broker is.</param>
    /// <param name="queue">One of <see cref="Queues"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task DeclareAsync(BusConfiguration bus, string queue, CancellationToken cancellationToken)
    {
        var factory = ConnectionSetup.Factory(bus, "wazo-plugind set-up");
        await using var connection = await factory.CreateConnectionAsync(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
        await channel.QueueDeclareAsync(
            queue,
            durable: true,
            exclusive: false,
            autoDelete: false,
            QueueArguments.OfWork.ToDictionary(),
            cancellationToken: cancellationToken);
        await channel.QueueBindAsync(queue, queue, routingKey: "", cancellationToken: cancellationToken);
    }
}

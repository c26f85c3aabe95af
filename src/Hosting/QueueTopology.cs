using RabbitMQ.Client;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Configuration;

namespace WazoPlugind.Hosting;

/// <summary>Declares the queue of commands as the worker does, so that commands wait in it for a worker's first start.</summary>
public static class CommandTopology
{
    /// <summary>Declares the exchange, the queue, and the binding between them.</summary>
    /// <param name="bus">Says where the broker is.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task DeclareAsync(BusConfiguration bus, CancellationToken cancellationToken)
    {
        var factory = ConnectionSetup.Factory(bus, "wazo-plugind set-up");
        await using var connection = await factory.CreateConnectionAsync(cancellationToken);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.ExchangeDeclareAsync(Queues.Commands, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
        await channel.QueueDeclareAsync(
            Queues.Commands,
            durable: true,
            exclusive: false,
            autoDelete: false,
            QueueArguments.OfWork.ToDictionary(),
            cancellationToken: cancellationToken);
        await channel.QueueBindAsync(Queues.Commands, Queues.Commands, routingKey: "", cancellationToken: cancellationToken);
    }
}

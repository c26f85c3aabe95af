using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Hosting.Broker;

/// <summary>
/// Declares the queues, so that messages wait in them for the first start of a worker. One that a version before has declared with
/// other arguments is replaced while it is empty.
/// </summary>
/// <param name="bus">Says where the broker is.</param>
/// <param name="time">The clock of the pauses.</param>
/// <param name="logger">Is told of a queue that is replaced.</param>
public sealed partial class QueueTopology(BusConfiguration bus, TimeProvider time, ILogger<QueueTopology> logger)
{
    // One program at a time declares: who finds a queue of before may not delete what another has just put in its place, and RabbitMQ
    // does not get on with two that declare a quorum queue at once. An exclusive queue belongs to one connection, and goes with it.
    private const string Turn = "plugind-set-up";

    private const int Attempts = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Declares all queues of work, and that of the dead letters.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="QueueInUseException">One was declared with other arguments, and cannot be replaced.</exception>
    public Task DeclareAllAsync(CancellationToken cancellationToken) =>
        // First where the others give up what comes back too often.
        DeclareAsync([QueueArguments.DeadLetters, .. Queues.All], cancellationToken);

    /// <summary>Declares the exchange, the queue, and the binding between them.</summary>
    /// <param name="queue">One of <see cref="Queues"/>, or <see cref="QueueArguments.DeadLetters"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="QueueInUseException">It was declared with other arguments, and cannot be replaced.</exception>
    public Task DeclareAsync(string queue, CancellationToken cancellationToken) => DeclareAsync([queue], cancellationToken);

    private async Task DeclareAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        var factory = ConnectionSetup.Factory(bus, "wazo-plugind set-up");
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await factory.CreateConnectionAsync(cancellationToken);
                await using var turn = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
                await turn.QueueDeclareAsync(Turn, durable: false, exclusive: true, autoDelete: false, cancellationToken: cancellationToken);
                foreach (var queue in queues)
                    await DeclareAsync(connection, queue, cancellationToken);
                return;
            }
            // It is another one's turn; or a quorum queue of that name was deleted just before and is not quite gone (cluster_not_formed),
            // for which RabbitMQ closes the connection.
            catch (OperationInterruptedException e) when ((Is(e, Constants.ResourceLocked) || Is(e, Constants.InternalError)) && attempt < Attempts)
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    private async Task DeclareAsync(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        try
        {
            await TryDeclareAsync(connection, queue, cancellationToken);
        }
        catch (OperationInterruptedException e) when (Is(e, Constants.PreconditionFailed))
        {
            await DeleteUnusedAsync(connection, queue, cancellationToken);
            LogReplaced(queue, e.ShutdownReason!.ReplyText);
            await TryDeclareAsync(connection, queue, cancellationToken);
        }
    }

    private static async Task TryDeclareAsync(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        var arguments = queue == QueueArguments.DeadLetters ? QueueArguments.OfDeadLetters : QueueArguments.OfWork;
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
        await channel.QueueDeclareAsync(
            queue, durable: true, exclusive: false, autoDelete: false, arguments.ToDictionary(), cancellationToken: cancellationToken);
        await channel.QueueBindAsync(queue, queue, routingKey: "", cancellationToken: cancellationToken);
    }

    // A quorum queue cannot be asked to go only if it is empty, and counts only what no consumer has in hand. So nothing gets into it any
    // more before it is counted, and whoever consumes it keeps it. What comes meanwhile is returned to its sender, who declares it again.
    private async Task DeleteUnusedAsync(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.QueueUnbindAsync(queue, queue, routingKey: "", cancellationToken: cancellationToken);
        var found = await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
        if (found is not { MessageCount: 0, ConsumerCount: 0 })
        {
            await channel.QueueBindAsync(queue, queue, routingKey: "", cancellationToken: cancellationToken);
            throw new QueueInUseException(queue, bus.Vhost, found.MessageCount, found.ConsumerCount);
        }

        await channel.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false, cancellationToken: cancellationToken);
    }

    private static bool Is(OperationInterruptedException exception, int replyCode) => exception.ShutdownReason?.ReplyCode == replyCode;

    [LoggerMessage(LogLevel.Warning, "The queue {Queue} is replaced: a version before has declared it with other arguments, and it is empty ({Reason})")]
    private partial void LogReplaced(string queue, string reason);
}

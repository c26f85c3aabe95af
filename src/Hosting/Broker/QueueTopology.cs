using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Hosting.Broker;

/// <summary>
/// Declares the queues, so that messages wait in them for the first start of a worker; nobody else declares any. One that was declared with
/// other arguments is replaced while it is empty. Who lacks the permission to declare uses what is there.
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

    /// <summary>Declares an exchange, its queue, and the binding between them.</summary>
    /// <param name="queue">One of <see cref="Queues"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="BrokerException">The broker is not to be spoken to, or the queue is not to be had.</exception>
    public async Task DeclareAsync(string queue, CancellationToken cancellationToken)
    {
        if ((await DeclareAsync([queue], cancellationToken))[queue] is { } problem)
            throw problem;
    }

    /// <summary>Declares some queues with their exchanges and bindings. What is wrong with one is not in the way of the others.</summary>
    /// <param name="queues">The queues, those of dead letters first.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Of each queue why it is not to be had; <c>null</c> where it is.</returns>
    /// <exception cref="BrokerException">The broker is not to be spoken to.</exception>
    public async Task<IReadOnlyDictionary<string, BrokerException?>> DeclareAsync(IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        var factory = ConnectionSetup.Factory(bus, "wazo-plugind set-up");
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await factory.CreateConnectionAsync(cancellationToken);
                return await DeclareAsync(connection, queues, cancellationToken);
            }
            // It is another one's turn; or a quorum queue of that name was deleted just before and is not quite gone (cluster_not_formed),
            // for which RabbitMQ closes the connection.
            catch (OperationInterruptedException e) when ((Is(e, Constants.ResourceLocked) || Is(e, Constants.InternalError)) && attempt < Attempts)
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
            catch (Exception e)
            {
                throw BrokerException.Of(e, bus);
            }
        }
    }

    private async Task<Dictionary<string, BrokerException?>> DeclareAsync(IConnection connection, IReadOnlyList<string> queues, CancellationToken cancellationToken)
    {
        var problems = queues.ToDictionary(queue => queue, _ => (BrokerException?)null);
        var isOurTurn = false;
        foreach (var queue in queues)
        {
            if (await IsRightAsync(connection, queue, cancellationToken))
                continue;
            try
            {
                if (!isOurTurn)
                    await TakeTurnAsync(connection, cancellationToken);
                isOurTurn = true;
                await DeclareOrReplaceAsync(connection, queue, cancellationToken);
            }
            catch (BrokerException e)
            {
                problems[queue] = e;
            }
            catch (OperationInterruptedException e) when (Is(e, Constants.AccessRefused))
            {
                problems[queue] = new BrokerException(
                    BrokerException.Permission, $"the queue {queue} is not there, or its exchange, and '{bus.Username}' may not declare it: {e.ShutdownReason!.ReplyText}", e);
            }
        }

        return problems;
    }

    // Whoever may not declare it is content with what is there. Nothing is declared by asking what is there already.
    private static async Task<bool> IsRightAsync(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        var isThere = false;
        try
        {
            await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
            await channel.ExchangeDeclarePassiveAsync(queue, cancellationToken);
            await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
            isThere = true;
            await DeclareAsync(channel, queue, cancellationToken);
            return true;
        }
        catch (OperationInterruptedException e) when (Is(e, Constants.NotFound) || Is(e, Constants.PreconditionFailed))
        {
            return false;
        }
        catch (OperationInterruptedException e) when (Is(e, Constants.AccessRefused))
        {
            return isThere;
        }
    }

    private static async Task TakeTurnAsync(IConnection connection, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.QueueDeclareAsync(Turn, durable: false, exclusive: true, autoDelete: false, cancellationToken: cancellationToken);
    }

    // The exchange may be another one too.
    private async Task DeclareOrReplaceAsync(IConnection connection, string queue, CancellationToken cancellationToken)
    {
        for (var replaced = 0; ; replaced++)
        {
            try
            {
                await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
                await DeclareAsync(channel, queue, cancellationToken);
                return;
            }
            catch (OperationInterruptedException e) when (Is(e, Constants.PreconditionFailed) && replaced < 2)
            {
                await DeleteUnusedAsync(connection, queue, e.ShutdownReason!.ReplyText, cancellationToken);
                LogReplaced(queue, e.ShutdownReason!.ReplyText);
            }
        }
    }

    private static async Task DeclareAsync(IChannel channel, string queue, CancellationToken cancellationToken)
    {
        await channel.ExchangeDeclareAsync(queue, Queues.ExchangeTypeOf(queue), durable: true, cancellationToken: cancellationToken);
        await channel.QueueDeclareAsync(
            queue, durable: true, exclusive: false, autoDelete: false, QueueArguments.Of(queue).ToDictionary(), cancellationToken: cancellationToken);
        await channel.QueueBindAsync(queue, queue, routingKey: "", cancellationToken: cancellationToken);
    }

    // A quorum queue cannot be asked to go only if it is empty, and counts only what no consumer has in hand. So nothing gets into it any
    // more before it is counted, and whoever consumes it keeps it. What comes meanwhile is returned to its sender, who declares it again.
    // The exchange holds nothing; who has bound it to something else has to do so again.
    private async Task DeleteUnusedAsync(IConnection connection, string queue, string difference, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        if (difference.Contains(" for exchange ", StringComparison.Ordinal))
        {
            await channel.ExchangeDeleteAsync(queue, cancellationToken: cancellationToken);
            return;
        }

        await channel.QueueUnbindAsync(queue, queue, routingKey: "", cancellationToken: cancellationToken);
        var found = await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
        if (found is not { MessageCount: 0, ConsumerCount: 0 })
        {
            await channel.QueueBindAsync(queue, queue, routingKey: "", cancellationToken: cancellationToken);
            throw new BrokerException(
                BrokerException.Queue,
                $"the queue {queue} was declared with other arguments, and has {found.MessageCount} messages and {found.ConsumerCount} consumers ({difference}): "
                + $"let them come to an end with who declared it, or move them, then delete it: rabbitmqctl delete_queue --vhost '{bus.Vhost}' {queue}");
        }

        await channel.QueueDeleteAsync(queue, ifUnused: false, ifEmpty: false, cancellationToken: cancellationToken);
    }

    private static bool Is(OperationInterruptedException exception, int replyCode) => exception.ShutdownReason?.ReplyCode == replyCode;

    [LoggerMessage(LogLevel.Warning, "The queue {Queue} is replaced: it was declared with other arguments, and it is empty ({Reason})")]
    private partial void LogReplaced(string queue, string reason);
}

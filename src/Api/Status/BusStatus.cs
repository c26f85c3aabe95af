using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Platform.Confd;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Api.Status;

/// <summary>
/// Asks the broker whether it would take a command, whether every queue of work has a worker, and what waits for one. The last two over a
/// connection on which nothing is published: the broker answers there under an alarm too.
/// </summary>
internal sealed partial class BusStatus : IAsyncDisposable
{
    private const string NoWorker = "no-worker";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly CommandPublisher? _publisher;
    private readonly BrokerConnection? _connection;
    private readonly ILogger<BusStatus> _logger;
    private readonly AwayNotice _away;
    private readonly SingleFlight<BrokerHealth> _question;

    // One question at a time uses it.
    private IChannel? _channel;

    /// <summary>Asks nothing yet.</summary>
    /// <param name="configuration">Says where the broker is.</param>
    /// <param name="publisher">Would send a command; <c>null</c> where there is no broker: then the worker is this process.</param>
    /// <param name="time">The clock of what is said again.</param>
    /// <param name="logger">Is told when the broker takes nothing any more, and when it does again.</param>
    public BusStatus(BusConfiguration configuration, CommandPublisher? publisher, TimeProvider time, ILogger<BusStatus> logger)
    {
        (_publisher, _logger) = (publisher, logger);
        _away = new AwayNotice(time, LogNotTaking, LogTaking, Ask);
        // Nobody need ask for the status, for it to be in the log that the broker is away.
        _connection = publisher is null ? null : new BrokerConnection(configuration, "wazo-plugind status") { Lost = Ask };
        _question = new SingleFlight<BrokerHealth>(() => AskAsync(publisher!, _connection!));
    }

    /// <summary>Whether the broker takes commands, and whether there are workers for them, within two seconds.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<BrokerHealth> GetAsync(CancellationToken cancellationToken) =>
        _publisher is null ? Task.FromResult(new BrokerHealth(Bus: null, Worker: null, Commands: 0, Requests: 0)) : _question.JoinAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _away.Dispose();
        if (_connection is not null)
            await _connection.DisposeAsync();
    }

    private void Ask() => _ = GetAsync(CancellationToken.None);

    private async Task<BrokerHealth> AskAsync(CommandPublisher publisher, BrokerConnection connection)
    {
        using var limit = new CancellationTokenSource(Limit);
        var taking = FindProblemAsync(() => publisher.RequireTakingAsync(limit.Token), connection);
        var (worker, commands, requests) = await AskQueuesAsync(connection, limit.Token);
        var bus = await taking;
        Tell(bus);
        return new BrokerHealth(bus, worker, commands, requests);
    }

    private static async Task<BrokerException?> FindProblemAsync(Func<Task> require, BrokerConnection connection)
    {
        try
        {
            await require();
            return null;
        }
        catch (Exception e)
        {
            return connection.Explain(e);
        }
    }

    private async Task<(BrokerException? Problem, int? Commands, int? Requests)> AskQueuesAsync(BrokerConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            // The client's own questions wait for 20 seconds, whatever they are told.
            return await AskAsync().WaitAsync(cancellationToken);
        }
        // Whatever it is, nothing is known.
        catch (Exception e)
        {
            // An answer that comes late is not taken for that to the next question.
            Abandon();
            return (connection.Explain(e), null, null);
        }

        async Task<(BrokerException?, int?, int?)> AskAsync()
        {
            var found = new Dictionary<string, QueueDeclareOk?>();
            foreach (var queue in Queues.All)
                found[queue] = await FindAsync(connection, queue, cancellationToken);
            return (await FindProblemAsync(connection, found, cancellationToken), CountOf(Queues.Commands), CountOf(Queues.Requests));

            int CountOf(string queue) => (int)(found[queue]?.MessageCount ?? 0);
        }
    }

    private static async Task<BrokerException?> FindProblemAsync(
        BrokerConnection connection, Dictionary<string, QueueDeclareOk?> found, CancellationToken cancellationToken)
    {
        var idle = found.Where(queue => queue.Value is not { ConsumerCount: > 0 }).ToList();
        foreach (var (name, _) in idle.Where(queue => queue.Value is not null))
        {
            if (await FindDifferenceAsync(connection, name, cancellationToken) is { } difference)
                return difference;
        }

        return idle.Count == 0 ? null : new BrokerException(NoWorker, $"no worker takes from {string.Join(", ", idle.Select(queue => queue.Key))}");
    }

    // Why a worker does not consume it. Whoever may not declare it cannot ask.
    private static async Task<BrokerException?> FindDifferenceAsync(BrokerConnection connection, string queue, CancellationToken cancellationToken)
    {
        try
        {
            await using var channel = await (await connection.GetAsync(cancellationToken)).CreateChannelAsync(cancellationToken: cancellationToken);
            await channel.QueueDeclareAsync(
                queue, durable: true, exclusive: false, autoDelete: false, QueueArguments.Of(queue).ToDictionary(), cancellationToken: cancellationToken);
            return null;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.PreconditionFailed)
        {
            return connection.Explain(e);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.AccessRefused)
        {
            return null;
        }
    }

    private async Task<QueueDeclareOk?> FindAsync(BrokerConnection connection, string queue, CancellationToken cancellationToken)
    {
        try
        {
            var channel = await GetChannelAsync(connection, cancellationToken);
            return await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
        }
        // The broker has closed the channel.
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return null;
        }
    }

    private async ValueTask<IChannel> GetChannelAsync(BrokerConnection connection, CancellationToken cancellationToken)
    {
        if (_channel is { IsOpen: true } open)
            return open;
        Abandon();
        return _channel = await (await connection.GetAsync(cancellationToken)).CreateChannelAsync(cancellationToken: cancellationToken);
    }

    private void Abandon()
    {
        BrokerConnection.Abandon(_channel);
        _channel = null;
    }

    private void Tell(BrokerException? problem)
    {
        if (problem is null)
            _away.TellBack();
        else
            _away.Tell(problem.Message);
    }

    [LoggerMessage(LogLevel.Error, "Nothing can be asked for now: {Reason}")]
    private partial void LogNotTaking(string reason);

    [LoggerMessage(LogLevel.Information, "The broker takes again what is asked for")]
    private partial void LogTaking();
}

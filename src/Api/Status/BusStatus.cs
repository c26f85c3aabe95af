using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Platform.Confd;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Api.Status;

/// <summary>Asks the broker whether it is there, whether every queue of work has a worker, and what waits for one.</summary>
internal sealed class BusStatus : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly BusConfiguration _configuration;
    private readonly BrokerConnection _connection;
    private readonly SingleFlight<BrokerHealth> _question;

    // One question at a time uses it.
    private IChannel? _channel;

    /// <summary>Asks nothing yet.</summary>
    /// <param name="configuration">Says whether there is a broker.</param>
    /// <param name="connection">The connection to it.</param>
    public BusStatus(BusConfiguration configuration, BrokerConnection connection)
    {
        (_configuration, _connection) = (configuration, connection);
        _question = new SingleFlight<BrokerHealth>(AskAsync);
    }

    /// <summary>Whether the broker takes messages, and whether there are workers for them, within two seconds.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<BrokerHealth> GetAsync(CancellationToken cancellationToken) =>
        // Without a broker the worker is this process.
        _configuration.Transport == BusConfiguration.InMemory
            ? Task.FromResult(new BrokerHealth(Bus: true, Worker: true, Commands: 0, Requests: 0))
            : _question.JoinAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _channel?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<BrokerHealth> AskAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var commands = await FindAsync(Queues.Commands, limit.Token);
            var requests = await FindAsync(Queues.Requests, limit.Token);
            return new BrokerHealth(
                Bus: true,
                Worker: IsConsumed(commands) && IsConsumed(requests) && await AreOthersConsumedAsync(limit.Token),
                (int)(commands?.MessageCount ?? 0),
                (int)(requests?.MessageCount ?? 0));
        }
        // Whatever it is, there is no broker to send to.
        catch (Exception e) when (e is RabbitMQClientException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            // An answer that comes late is not taken for that to the next question.
            Abandon();
            return new BrokerHealth(Bus: false, Worker: false, Commands: 0, Requests: 0);
        }
    }

    private static bool IsConsumed(QueueDeclareOk? queue) => queue?.ConsumerCount > 0;

    private async Task<bool> AreOthersConsumedAsync(CancellationToken cancellationToken)
    {
        foreach (var name in Queues.All.Except([Queues.Commands, Queues.Requests]))
        {
            if (!IsConsumed(await FindAsync(name, cancellationToken)))
                return false;
        }

        return true;
    }

    private async Task<QueueDeclareOk?> FindAsync(string queue, CancellationToken cancellationToken)
    {
        try
        {
            var channel = await GetChannelAsync(cancellationToken);
            return await channel.QueueDeclarePassiveAsync(queue, cancellationToken);
        }
        // The broker has closed the channel.
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            return null;
        }
    }

    private async ValueTask<IChannel> GetChannelAsync(CancellationToken cancellationToken)
    {
        if (_channel is { IsOpen: true } open)
            return open;
        Abandon();
        var connection = await _connection.GetAsync(cancellationToken);
        return _channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
    }

    private void Abandon()
    {
        BrokerConnection.Abandon(_channel);
        _channel = null;
    }
}

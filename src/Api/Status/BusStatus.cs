using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Confd;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Api.Status;

/// <summary>Asks the broker whether it is there and whether every queue of work has a worker, over a connection that is kept.</summary>
internal sealed class BusStatus : IAsyncDisposable
{
    private const ushort NotFound = 404;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly PlugindConfiguration _configuration;
    private readonly SingleFlight<BrokerHealth> _question;
    private IConnection? _connection;

    /// <summary>Asks nothing yet.</summary>
    /// <param name="configuration">Says where the broker is.</param>
    public BusStatus(PlugindConfiguration configuration)
    {
        _configuration = configuration;
        _question = new SingleFlight<BrokerHealth>(AskAsync);
    }

    /// <summary>Whether the broker takes messages, and whether there are workers for them, within two seconds.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<BrokerHealth> GetAsync(CancellationToken cancellationToken) =>
        // Without a broker the worker is this process.
        _configuration.Bus.Transport == BusSetup.InMemory ? Task.FromResult(new BrokerHealth(Bus: true, Worker: true, 0)) : _question.JoinAsync(cancellationToken);

    /// <summary>How many commands no worker has taken yet, as far as the broker says within two seconds.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>0 when it does not say: then it takes no command either.</returns>
    public async Task<int> CountCommandsAsync(CancellationToken cancellationToken) =>
        _configuration.Bus.Transport == BusSetup.InMemory ? 0 : (await _question.JoinAsync(cancellationToken)).Commands;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<BrokerHealth> AskAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            return await AskAsync(await ConnectAsync(limit.Token), limit.Token);
        }
        // Whatever it is, there is no broker to send to.
        catch (Exception e) when (e is RabbitMQClientException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            return new BrokerHealth(Bus: false, Worker: false, 0);
        }
    }

    private async Task<IConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_connection is { IsOpen: true } open)
            return open;
        if (_connection is not null)
            await _connection.DisposeAsync();
        return _connection = await ConnectionSetup.Factory(_configuration.Bus, "wazo-plugind status").CreateConnectionAsync(cancellationToken);
    }

    private static async Task<BrokerHealth> AskAsync(IConnection connection, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        var commands = 0;
        try
        {
            foreach (var name in Queues.All)
            {
                var queue = await channel.QueueDeclarePassiveAsync(name, cancellationToken);
                if (name == Queues.Commands)
                    commands = (int)queue.MessageCount;
                if (queue.ConsumerCount == 0)
                    return new BrokerHealth(Bus: true, Worker: false, commands);
            }

            return new BrokerHealth(Bus: true, Worker: true, commands);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == NotFound)
        {
            return new BrokerHealth(Bus: true, Worker: false, commands);
        }
    }
}

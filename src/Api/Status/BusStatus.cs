using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using WazoPlugind.Hosting;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Configuration;
using WazoPlugind.Plugins.Platform;

namespace WazoPlugind.Api.Status;

/// <summary>Asks the broker whether it is there and whether every queue of work has a worker, over a connection that is kept.</summary>
internal sealed class BusStatus : IAsyncDisposable
{
    private const ushort NotFound = 404;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly PlugindConfiguration _configuration;
    private readonly SingleFlight<(bool Bus, bool Worker)> _question;
    private IConnection? _connection;

    /// <summary>Asks nothing yet.</summary>
    /// <param name="configuration">Says where the broker is.</param>
    public BusStatus(PlugindConfiguration configuration)
    {
        _configuration = configuration;
        _question = new SingleFlight<(bool Bus, bool Worker)>(AskAsync);
    }

    /// <summary>Whether the broker takes messages, and whether there are workers for them, within two seconds.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task<(bool Bus, bool Worker)> GetAsync(CancellationToken cancellationToken) =>
        // Without a broker the worker is this process.
        _configuration.Bus.Transport == BusSetup.InMemory ? Task.FromResult((true, true)) : _question.JoinAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<(bool Bus, bool Worker)> AskAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            return (true, await HaveWorkersAsync(await ConnectAsync(limit.Token), limit.Token));
        }
        // Whatever it is, there is no broker to send to.
        catch (Exception e) when (e is RabbitMQClientException or OperationCanceledException or IOException or ObjectDisposedException)
        {
            return (false, false);
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

    private static async Task<bool> HaveWorkersAsync(IConnection connection, CancellationToken cancellationToken)
    {
        await using var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            foreach (var queue in (string[])[Queues.Commands, Queues.Operations, Queues.Build, Queues.Install])
            {
                if ((await channel.QueueDeclarePassiveAsync(queue, cancellationToken)).ConsumerCount == 0)
                    return false;
            }

            return true;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == NotFound)
        {
            return false;
        }
    }
}

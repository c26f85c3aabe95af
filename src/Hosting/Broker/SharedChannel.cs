using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using WazoPlugind.Platform.Confd;

namespace WazoPlugind.Hosting.Broker;

/// <summary>
/// A channel that all share who send to an exchange: opened at the first need, and again when it is gone. An exchange that is not there is
/// declared; one that is needs no permission for that.
/// </summary>
public sealed class SharedChannel : IAsyncDisposable
{
    // All who send wait for it, each with a limit of their own.
    private static readonly TimeSpan LongestOpening = TimeSpan.FromSeconds(10);

    private readonly BrokerConnection _connection;
    private readonly string _exchange;
    private readonly Func<CancellationToken, Task> _declare;
    private readonly SingleFlight<ConfirmingChannel> _opening;
    private volatile ConfirmingChannel? _channel;

    /// <summary>Opens nothing yet.</summary>
    /// <param name="connection">The connection to the broker.</param>
    /// <param name="exchange">The exchange.</param>
    /// <param name="declare">Declares it.</param>
    public SharedChannel(BrokerConnection connection, string exchange, Func<CancellationToken, Task> declare)
    {
        (_connection, _exchange, _declare) = (connection, exchange, declare);
        _opening = new SingleFlight<ConfirmingChannel>(OpenAsync);
    }

    /// <summary>The channel, opened when it is not open.</summary>
    /// <param name="cancellationToken">Stops waiting; the opening goes on for those who come next.</param>
    public async ValueTask<ConfirmingChannel> GetAsync(CancellationToken cancellationToken) =>
        _channel is { IsOpen: true } open ? open : await _opening.JoinAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _channel?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<ConfirmingChannel> OpenAsync()
    {
        // Someone was quicker.
        if (_channel is { IsOpen: true } open)
            return open;
        BrokerConnection.Abandon(_channel);
        using var limit = new CancellationTokenSource(LongestOpening);
        var channel = await ConfirmingChannel.OpenAsync(await _connection.GetAsync(limit.Token), limit.Token);
        try
        {
            await channel.RequireExchangeAsync(_exchange, limit.Token);
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            BrokerConnection.Abandon(channel);
            await _declare(limit.Token);
            channel = await ConfirmingChannel.OpenAsync(await _connection.GetAsync(limit.Token), limit.Token);
        }

        return _channel = channel;
    }
}

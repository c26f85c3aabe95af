using RabbitMQ.Client;
using WazoPlugind.Platform.Confd;

namespace WazoPlugind.Hosting.Broker;

/// <summary>A channel that all share who send to an exchange: opened at the first need, and again when it is gone.</summary>
public sealed class SharedChannel : IAsyncDisposable
{
    /// <summary>A routing key that an exchange of type <c>direct</c> has no queue for.</summary>
    private const string Nowhere = "nowhere";

    // All who send wait for it, each with a limit of their own.
    private static readonly TimeSpan LongestOpening = TimeSpan.FromSeconds(10);

    private readonly BrokerConnection _connection;
    private readonly string _exchange;
    private readonly Func<CancellationToken, Task> _prepare;
    private readonly SingleFlight<ConfirmingChannel> _opening;
    private readonly SingleFlight<bool> _asking;
    private volatile ConfirmingChannel? _channel;

    /// <summary>Opens nothing yet.</summary>
    /// <param name="connection">The connection to the broker.</param>
    /// <param name="exchange">The exchange.</param>
    /// <param name="prepare">Sees to it that the exchange is there, before the channel is opened.</param>
    public SharedChannel(BrokerConnection connection, string exchange, Func<CancellationToken, Task> prepare)
    {
        (_connection, _exchange, _prepare) = (connection, exchange, prepare);
        _opening = new SingleFlight<ConfirmingChannel>(OpenAsync);
        _asking = new SingleFlight<bool>(AskAsync);
    }

    /// <summary>The channel, opened when it is not open.</summary>
    /// <param name="cancellationToken">Stops waiting; the opening goes on for those who come next.</param>
    /// <exception cref="BrokerException">The broker takes nothing now.</exception>
    public async ValueTask<ConfirmingChannel> GetAsync(CancellationToken cancellationToken)
    {
        var channel = _channel is { IsOpen: true } open ? open : await _opening.JoinAsync(cancellationToken);
        _connection.ThrowIfBlocked();
        return channel;
    }

    /// <summary>
    /// Whether the broker takes messages now, and lets us send to the exchange: it is sent one that it has no queue for, and confirms all the
    /// same. While that has no answer no other one is sent: all wait for the same.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="BrokerException">It does not.</exception>
    /// <inheritdoc cref="ConfirmingChannel.PublishAsync" path="/exception"/>
    public async Task RequireTakingAsync(CancellationToken cancellationToken) => await _asking.JoinAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _channel?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<bool> AskAsync()
    {
        var channel = await GetAsync(CancellationToken.None);
        await _connection.WaitAsync(channel.PublishAsync(_exchange, Nowhere, new BasicProperties(), []), CancellationToken.None);
        return true;
    }

    private async Task<ConfirmingChannel> OpenAsync()
    {
        // Someone was quicker.
        if (_channel is { IsOpen: true } open)
            return open;
        BrokerConnection.Abandon(_channel);
        using var limit = new CancellationTokenSource(LongestOpening);
        try
        {
            await _prepare(limit.Token);
            return _channel = await ConfirmingChannel.OpenAsync(await _connection.GetAsync(limit.Token), limit.Token);
        }
        catch (Exception e)
        {
            throw _connection.Explain(e);
        }
    }
}

using WazoPlugind.Platform.Confd;

namespace WazoPlugind.Hosting.Broker;

/// <summary>A channel that all share who send to an exchange: opened at the first need, and again when it is gone.</summary>
public sealed class SharedChannel : IAsyncDisposable
{
    // All who send wait for it, each with a limit of their own.
    private static readonly TimeSpan LongestOpening = TimeSpan.FromSeconds(10);

    private readonly BrokerConnection _connection;
    private readonly Func<CancellationToken, Task> _prepare;
    private readonly Func<ConfirmingChannel, CancellationToken, Task>? _opened;
    private readonly SingleFlight<ConfirmingChannel> _opening;
    private volatile ConfirmingChannel? _channel;

    /// <summary>Opens nothing yet.</summary>
    /// <param name="connection">The connection to the broker.</param>
    /// <param name="prepare">Sees to it that what is sent to is there, before the channel is opened.</param>
    /// <param name="opened">Does what comes before anyone sends on the channel; or <c>null</c>.</param>
    public SharedChannel(
        BrokerConnection connection, Func<CancellationToken, Task> prepare, Func<ConfirmingChannel, CancellationToken, Task>? opened = null)
    {
        (_connection, _prepare, _opened) = (connection, prepare, opened);
        _opening = new SingleFlight<ConfirmingChannel>(OpenAsync);
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

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _channel?.DisposeAsync() ?? ValueTask.CompletedTask;

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
            var channel = await ConfirmingChannel.OpenAsync(await _connection.GetAsync(limit.Token), limit.Token);
            if (_opened is not null)
                await _opened(channel, limit.Token);
            return _channel = channel;
        }
        catch (Exception e)
        {
            throw _connection.Explain(e);
        }
    }
}

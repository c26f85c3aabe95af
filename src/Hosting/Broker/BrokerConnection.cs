using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using WazoPlugind.Platform.Confd;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Hosting.Broker;

/// <summary>A connection to the broker that those share who send and ask now and then: opened at the first need, and again when it is gone.</summary>
public sealed class BrokerConnection : IAsyncDisposable
{
    // Whoever waits for it has a limit of their own; a broker far away is reached all the same.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly ConnectionFactory _factory;
    private readonly BusConfiguration _bus;
    private readonly SingleFlight<IConnection> _opening;
    private volatile IConnection? _connection;
    private volatile TaskCompletionSource<BrokerException> _blocked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Opens nothing yet.</summary>
    /// <param name="bus">Says where the broker is.</param>
    /// <param name="name">What the broker shows the connection as.</param>
    /// <exception cref="ConfigurationException">The authorities of the broker's certificate cannot be read.</exception>
    public BrokerConnection(BusConfiguration bus, string name)
    {
        _bus = bus;
        _factory = ConnectionSetup.Factory(bus, name);
        _opening = new SingleFlight<IConnection>(OpenAsync);
    }

    /// <summary>Is called when the connection ends without having been closed here.</summary>
    public Action? Lost { get; init; }

    /// <summary>
    /// Ends when the broker reads nothing more from this connection, because of an alarm, with the reason. It says so to a connection that
    /// publishes only, in the midst of a message, and takes the rest of that when the alarm is over.
    /// </summary>
    public Task<BrokerException> Blocked => _blocked.Task;

    /// <summary>The connection, opened when it is not open.</summary>
    /// <param name="cancellationToken">Stops waiting; the opening goes on for those who come next.</param>
    /// <exception cref="BrokerException">It cannot be opened.</exception>
    public async ValueTask<IConnection> GetAsync(CancellationToken cancellationToken) =>
        _connection is { IsOpen: true } open ? open : await _opening.JoinAsync(cancellationToken);

    /// <summary>Waits for what is being sent, but no longer than the broker reads what it is sent.</summary>
    /// <param name="sending">What is being sent.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="BrokerException">The broker takes nothing now.</exception>
    public async Task WaitAsync(Task sending, CancellationToken cancellationToken)
    {
        var blocked = Blocked;
        if (await Task.WhenAny(sending, blocked).WaitAsync(cancellationToken) == blocked)
            throw await blocked;
        await sending;
    }

    /// <summary>Sends nothing that would be taken some time, when nobody wants it any more.</summary>
    /// <exception cref="BrokerException">The broker takes nothing now.</exception>
    public void ThrowIfBlocked()
    {
        if (Blocked is { IsCompletedSuccessfully: true, Result: var reason })
            throw reason;
    }

    /// <summary>Says what an error of the broker means.</summary>
    /// <param name="error">The error.</param>
    public BrokerException Explain(Exception error) => BrokerException.Of(error, _bus);

    /// <summary>Disposes of a channel or connection that is of no use any more. That may ask the broker, and take as long as it does not answer.</summary>
    /// <param name="gone">The channel or connection, or <c>null</c>.</param>
    public static void Abandon(IAsyncDisposable? gone)
    {
        if (gone is not null)
            _ = Task.Run(async () => await gone.DisposeAsync()).ContinueWith(static ended => ended.Exception, TaskScheduler.Default);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _connection?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<IConnection> OpenAsync()
    {
        // Someone was quicker.
        if (_connection is { IsOpen: true } open)
            return open;
        Abandon(_connection);
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var opened = await _factory.CreateConnectionAsync(limit.Token);
            _blocked = new TaskCompletionSource<BrokerException>(TaskCreationOptions.RunContinuationsAsynchronously);
            opened.ConnectionBlockedAsync += BlockAsync;
            opened.ConnectionUnblockedAsync += UnblockAsync;
            opened.ConnectionShutdownAsync += EndAsync;
            return _connection = opened;
        }
        catch (Exception e)
        {
            throw Explain(e);
        }
    }

    private Task BlockAsync(object sender, ConnectionBlockedEventArgs blocked)
    {
        _blocked.TrySetResult(new BrokerException(BrokerException.Blocked, $"the broker takes no messages now: {blocked.Reason}"));
        return Task.CompletedTask;
    }

    private Task EndAsync(object sender, ShutdownEventArgs shutdown)
    {
        if (shutdown.Initiator != ShutdownInitiator.Application)
            Lost?.Invoke();
        return Task.CompletedTask;
    }

    private Task UnblockAsync(object sender, AsyncEventArgs unblocked)
    {
        _blocked = new TaskCompletionSource<BrokerException>(TaskCreationOptions.RunContinuationsAsynchronously);
        return Task.CompletedTask;
    }
}

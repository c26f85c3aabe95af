using RabbitMQ.Client;
using WazoPlugind.Platform.Confd;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Hosting.Broker;

/// <summary>A connection to the broker that those share who send and ask now and then: opened at the first need, and again when it is gone.</summary>
public sealed class BrokerConnection : IAsyncDisposable
{
    // Whoever waits for it has a limit of their own; a broker far away is reached all the same.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly ConnectionFactory _factory;
    private readonly SingleFlight<IConnection> _opening;
    private volatile IConnection? _connection;

    /// <summary>Opens nothing yet.</summary>
    /// <param name="bus">Says where the broker is.</param>
    /// <param name="name">What the broker shows the connection as.</param>
    /// <exception cref="ConfigurationException">The authorities of the broker's certificate cannot be read.</exception>
    public BrokerConnection(BusConfiguration bus, string name)
    {
        _factory = ConnectionSetup.Factory(bus, name);
        _opening = new SingleFlight<IConnection>(OpenAsync);
    }

    /// <summary>The connection, opened when it is not open.</summary>
    /// <param name="cancellationToken">Stops waiting; the opening goes on for those who come next.</param>
    public async ValueTask<IConnection> GetAsync(CancellationToken cancellationToken) =>
        _connection is { IsOpen: true } open ? open : await _opening.JoinAsync(cancellationToken);

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
        return _connection = await _factory.CreateConnectionAsync(limit.Token);
    }
}

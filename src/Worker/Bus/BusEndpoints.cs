using System.Collections.Concurrent;
using MassTransit;
using MassTransit.RabbitMqTransport;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Platform.Confd;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Worker.Bus;

/// <summary>
/// Adds queues to a bus that has begun to start: they are built while it connects, which takes as long, instead of before. What is not to be
/// had of the broker, it is asked for again until it is, and said once.
/// </summary>
internal sealed partial class BusEndpoints : IHostedService, IReceiveEndpointObserver, IDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestDeclaring = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan NextTry = TimeSpan.FromSeconds(5);

    private readonly IReceiveEndpointConnector _bus;
    private readonly BusConfiguration _configuration;
    private readonly QueueTopology _topology;
    private readonly IReadOnlyList<BusEndpoint> _endpoints;
    private readonly ILogger<BusEndpoints> _logger;
    private readonly SingleFlight<IReadOnlyDictionary<string, BrokerException?>> _declaring;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<string, (BusEndpoint Endpoint, HostReceiveEndpointHandle Handle)> _connected = new();
    private readonly ConcurrentDictionary<string, bool> _notToBeHad = new();
    private readonly ConcurrentDictionary<string, bool> _connectingAgain = new();
    private readonly AwayNotice _away;

    /// <summary>Adds nothing yet.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="configuration">Says where the broker is.</param>
    /// <param name="topology">Declares the queues.</param>
    /// <param name="endpoints">The queues of the steps.</param>
    /// <param name="time">The clock of what is said again.</param>
    /// <param name="logger">Is told of a broker or a queue that is not to be had.</param>
    public BusEndpoints(
        IReceiveEndpointConnector bus,
        PlugindConfiguration configuration,
        QueueTopology topology,
        IReadOnlyList<BusEndpoint> endpoints,
        TimeProvider time,
        ILogger<BusEndpoints> logger)
    {
        (_bus, _configuration, _topology, _endpoints, _logger) = (bus, configuration.Bus, topology, endpoints, logger);
        _away = new AwayNotice(time, LogAway, LogBack);
        _declaring = new SingleFlight<IReadOnlyDictionary<string, BrokerException?>>(DeclareAsync);
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => ConnectAsync(_endpoints, cancellationToken);

    /// <summary>Adds queues.</summary>
    /// <param name="added">The queues.</param>
    /// <param name="cancellationToken">Adds no more: the host stops already.</param>
    public async Task ConnectAsync(IReadOnlyList<BusEndpoint> added, CancellationToken cancellationToken)
    {
        foreach (var endpoint in added)
        {
            if (cancellationToken.IsCancellationRequested)
                return;
            var handle = Connect(endpoint);
            // In memory a message to a queue that is not there yet is lost. Nothing waits for a broker: it may be away.
            if (_configuration.Transport == BusConfiguration.InMemory)
                await handle.Ready;
        }
    }

    /// <summary>
    /// Waits until what has begun is consumed: a bus that is stopped in the midst of it does not end (seen with MassTransit 8.5.12 and
    /// RabbitMQ.Client 7.1.2: a channel is disposed of while its consumer is declared). Without a broker nothing is consumed.
    /// </summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_connected.Values.Select(connected => (Task)connected.Handle.Ready))
            .WaitAsync(LongestStart, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>
    /// The bus asks a broker that is away again by itself. It does not where the broker refuses the login or the virtual host (seen with
    /// MassTransit 8.5.12): then the queue is added again.
    /// </summary>
    /// <param name="faulted">What went wrong.</param>
    public Task Faulted(ReceiveEndpointFaulted faulted)
    {
        if (faulted.Exception is not ConnectionException connection)
            return Task.CompletedTask;
        _away.Tell(BrokerException.Of(connection.GetBaseException(), _configuration).Message);
        var queue = faulted.InputAddress.Segments[^1];
        if (!connection.IsTransient && _connectingAgain.TryAdd(queue, true))
            _ = ConnectAgainAsync(queue);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task Ready(ReceiveEndpointReady ready)
    {
        _away.TellBack();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _away.Dispose();
        _stopping.Dispose();
    }

    /// <summary>Waits until a queue is declared as it has to be.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    internal async Task RequireAsync(string queue, CancellationToken cancellationToken)
    {
        while (await FindProblemAsync(queue, cancellationToken) is { } problem)
        {
            if (_notToBeHad.TryAdd(queue, true))
                LogNotToBeHad(queue, problem.Message);
            await Task.Delay(NextTry, cancellationToken);
        }

        if (_notToBeHad.TryRemove(queue, out _))
            LogToBeHad(queue);
    }

    private HostReceiveEndpointHandle Connect(BusEndpoint endpoint)
    {
        var handle = _bus.ConnectReceiveEndpoint(endpoint.Queue, (context, queue) =>
        {
            if (queue is IRabbitMqReceiveEndpointConfigurator rabbitMq)
                rabbitMq.ConfigureChannel(channel => channel.UseFilter(new DeclaredFirst(this, endpoint.Queue)));
            // Messages are sent to the queue by name; nothing subscribes to message types.
            queue.ConfigureConsumeTopology = false;
            queue.PublishFaults = false;
            queue.ConfigureDeadLetter(pipe => pipe.UseFilter(new UnknownMessages()));
            queue.PrefetchCount = endpoint.Concurrency;
            queue.ConcurrentMessageLimit = endpoint.Concurrency;
            queue.UseFilter(new CurrentRequest(_logger));
            endpoint.Configure(context, queue);
            queue.ConnectReceiveEndpointObserver(this);
        });
        _connected[endpoint.Queue] = (endpoint, handle);
        return handle;
    }

    private async Task ConnectAgainAsync(string queue)
    {
        try
        {
            await Task.Delay(NextTry, _stopping.Token);
            var (endpoint, handle) = _connected[queue];
            await handle.StopAsync(_stopping.Token);
            _connectingAgain.TryRemove(queue, out _);
            if (!_stopping.IsCancellationRequested)
                Connect(endpoint);
        }
        catch (OperationCanceledException)
        {
            // The worker stops.
        }
    }

    private async Task<BrokerException?> FindProblemAsync(string queue, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                // What began before the queue was added has left it out.
                if ((await _declaring.JoinAsync(cancellationToken)).TryGetValue(queue, out var problem))
                    return problem;
            }
        }
        catch (BrokerException e)
        {
            return e;
        }
    }

    // First where the others give up what comes back too often, and where this worker reports to.
    private async Task<IReadOnlyDictionary<string, BrokerException?>> DeclareAsync()
    {
        using var limit = new CancellationTokenSource(LongestDeclaring);
        var consumed = _endpoints.Select(endpoint => endpoint.Queue).Union(_connected.Keys).ToList();
        string[] first = [Queues.DeadLetters, Queues.Operations];
        return await _topology.DeclareAsync([.. first.Union(consumed), .. consumed.Select(Queues.ErrorsOf)], limit.Token);
    }

    private sealed class DeclaredFirst(BusEndpoints endpoints, string queue) : IFilter<ChannelContext>
    {
        public async Task Send(ChannelContext context, IPipe<ChannelContext> next)
        {
            await endpoints.RequireAsync(queue, context.CancellationToken);
            await next.Send(new ChannelWithoutTopology(context));
        }

        public void Probe(ProbeContext context) => context.CreateFilterScope("declaredFirst");
    }

    [LoggerMessage(LogLevel.Error, "Nothing is taken from the broker, which is asked again until it lets us: {Reason}")]
    private partial void LogAway(string reason);

    [LoggerMessage(LogLevel.Information, "The broker lets us in again")]
    private partial void LogBack();

    [LoggerMessage(LogLevel.Error, "The queue {Queue} cannot be consumed, and is tried until it can: {Reason}")]
    private partial void LogNotToBeHad(string queue, string reason);

    [LoggerMessage(LogLevel.Information, "The queue {Queue} is consumed again")]
    private partial void LogToBeHad(string queue);
}

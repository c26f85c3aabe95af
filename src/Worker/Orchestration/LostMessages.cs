using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Operations.Outbox;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Worker.Steps;

namespace WazoPlugind.Worker.Orchestration;

/// <summary>
/// Sends again what the broker has lost: a queue was deleted, or the broker's data. What was sent some time ago, and no worker has in hand,
/// has to be in its queue; where there are fewer messages, some are lost, and all of those are sent again. One that comes twice is done once.
/// </summary>
/// <param name="configuration">Says whether there is a broker that can lose anything.</param>
/// <param name="dispatcher">Knows what was sent.</param>
/// <param name="topology">Declares the queues that are gone.</param>
/// <param name="connection">The connection over which is asked.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told of what is lost.</param>
internal sealed partial class LostMessages(
    PlugindConfiguration configuration,
    OutboxDispatcher dispatcher,
    QueueTopology topology,
    BrokerConnection connection,
    TimeProvider time,
    ILogger<LostMessages> logger)
    : BackgroundService
{
    // Two of the workers' rounds, and what a message may be under way.
    private static readonly TimeSpan Doubtful = (HeldStepsReporter.Round * 2) + TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Guid, long> _held = new();
    private readonly HeldSteps _inHand = new(time);
    private HashSet<Guid> _missed = [];

    /// <summary>A worker has messages in hand.</summary>
    /// <param name="messages">Their ids.</param>
    public void NoteHeld(IEnumerable<Guid> messages)
    {
        foreach (var message in messages)
            _held[message] = time.GetTimestamp();
    }

    /// <summary>This process has a message in hand, perhaps for long: it waits until what it changes can be stored.</summary>
    /// <param name="message">Its id.</param>
    /// <returns>Ends with the delivery.</returns>
    public IDisposable Hold(Guid message) => _inHand.Hold(message, Guid.Empty);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (configuration.Bus.Transport == BusConfiguration.InMemory)
            return;
        using var timer = new PeriodicTimer(HeldStepsReporter.Round, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            // A broker that is away tells nothing; it is asked again.
            catch (Exception e) when (e is RabbitMQClientException or IOException or TimeoutException or BrokerException)
            {
                LogUnknown(e.Message);
            }
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var (message, _) in _held.Where(held => time.GetElapsedTime(held.Value) > Doubtful).ToList())
            _held.TryRemove(message, out _);
        var doubtful = (await dispatcher.UnansweredAsync(Doubtful))
            .Where(message => !_held.ContainsKey(message.Id) && !_inHand.IsHeld(message.Id))
            .ToList();
        HashSet<Guid> missed = [];
        foreach (var messages in doubtful.GroupBy(message => message.Destination))
        {
            if (await CountAsync(messages.Key, cancellationToken) < messages.Count())
                missed.UnionWith(messages.Select(message => message.Id));
        }

        // Seen twice: a message may be between its queue and a worker.
        var lost = missed.Intersect(_missed).ToList();
        _missed = missed;
        if (lost.Count == 0)
            return;
        LogLost(lost.Count, string.Join(", ", doubtful.Where(message => lost.Contains(message.Id)).Select(message => message.Destination).Distinct()));
        dispatcher.SendAgain(lost);
    }

    private async Task<uint> CountAsync(string queue, CancellationToken cancellationToken)
    {
        var open = await connection.GetAsync(cancellationToken);
        await using var channel = await open.CreateChannelAsync(cancellationToken: cancellationToken);
        try
        {
            return (await channel.QueueDeclarePassiveAsync(queue, cancellationToken)).MessageCount;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            await topology.DeclareAsync(queue, cancellationToken);
            return 0;
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Count} messages that were sent to {Queues} are neither there nor with a worker: the broker has lost them, and they are sent again")]
    private partial void LogLost(int count, string queues);

    [LoggerMessage(LogLevel.Debug, "The broker does not say what is in its queues: {Reason}")]
    private partial void LogUnknown(string reason);
}

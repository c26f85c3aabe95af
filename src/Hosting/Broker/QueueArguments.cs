using RabbitMQ.Client;

namespace WazoPlugind.Hosting.Broker;

/// <summary>How the queues are declared; whoever declares one again has to say the same (AMQP 0-9-1, queue.declare).</summary>
public static class QueueArguments
{
    /// <summary>
    /// How often a message may come back. So often that nothing innocent does, whatever is restarted: what counts is the attempt at a
    /// step, which is written down. A number, as its absence means 20 to RabbitMQ 4, and -1 means "never" to RabbitMQ 3.10.
    /// </summary>
    public const int DeliveryLimit = 100_000;

    /// <summary>The arguments of a queue.</summary>
    /// <param name="queue">One of <see cref="Queues"/>.</param>
    public static IReadOnlyDictionary<string, object?> Of(string queue) => queue == Queues.DeadLetters ? OfDeadLetters : OfWork;

    /// <summary>The arguments of a queue of work, or of what could not be worked on.</summary>
    public static IReadOnlyDictionary<string, object?> OfWork { get; } = new Dictionary<string, object?>
    {
        [Headers.XQueueType] = "quorum",
        ["x-delivery-limit"] = DeliveryLimit,
        [Headers.XDeadLetterExchange] = Queues.DeadLetters,
    };

    /// <summary>The arguments of the queue <see cref="Queues.DeadLetters"/>.</summary>
    private static IReadOnlyDictionary<string, object?> OfDeadLetters { get; } = new Dictionary<string, object?> { [Headers.XQueueType] = "quorum" };
}

using RabbitMQ.Client;

namespace WazoPlugind.Hosting.Broker;

/// <summary>How the queues are declared; whoever declares one again has to say the same (AMQP 0-9-1, queue.declare).</summary>
public static class QueueArguments
{
    /// <summary>
    /// The exchange and queue of messages that come back from their workers too often: each of the deliveries has ended its worker,
    /// or cost it its connection.
    /// </summary>
    public const string DeadLetters = "plugind-dead-letters";

    /// <summary>How often a message may come back before it is a dead letter: with the third delivery it is.</summary>
    public const int DeliveryLimit = 2;

    /// <summary>The arguments of a queue of work.</summary>
    public static IReadOnlyDictionary<string, object?> OfWork { get; } = new Dictionary<string, object?>
    {
        [Headers.XQueueType] = "quorum",
        ["x-delivery-limit"] = DeliveryLimit,
        [Headers.XDeadLetterExchange] = DeadLetters,
    };
}

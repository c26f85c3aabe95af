using MassTransit;

namespace WazoPlugind.Worker.Commands;

/// <summary>Why the broker has dropped a message (https://www.rabbitmq.com/docs/dlx#effects).</summary>
internal static class DeadLetter
{
    /// <summary>Why, in a sentence.</summary>
    /// <param name="context">The dead letter.</param>
    public static string ReasonOf(ConsumeContext context) => context.ReceiveContext.TransportHeaders.Get<string>("x-first-death-reason") switch
    {
        "expired" => "it expired before a worker took it",
        "maxlen" => "its queue was full: a policy of the broker bounds it",
        "delivery_limit" => "it came back from its workers more often than the broker lets it",
        _ => "the broker dropped it from its queue",
    };
}

using MassTransit;
using Microsoft.Extensions.Logging;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Hosting.Log;
using WazoPlugind.Operations.Records;

namespace WazoPlugind.Worker.Bus;

/// <summary>
/// The id of the request that a message is about: while it is taken, the log lines have it, and what is sent meanwhile. A command from another
/// service has that of its message.
/// </summary>
/// <param name="logger">Gets the scope.</param>
internal sealed class CurrentRequest(ILogger logger) : IFilter<ConsumeContext>
{
    private static readonly AsyncLocal<string?> Current = new();

    /// <summary>The headers of what is sent meanwhile.</summary>
    public static IReadOnlyDictionary<string, object?> Headers =>
        Current.Value is { } id ? new Dictionary<string, object?> { [Queues.RequestIdHeader] = id } : [];

    /// <inheritdoc/>
    public void Probe(ProbeContext context) => context.CreateFilterScope("request");

    /// <inheritdoc/>
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        Current.Value = IdOf(context.ReceiveContext)
            ?? RequestId.Take(context.Headers.Get<string>(Queues.RequestIdHeader) ?? context.ReceiveContext.TransportHeaders.Get<string>(Queues.RequestIdHeader));
        using var scope = logger.BeginRequest(Current.Value);
        await next.Send(context);
    }

    /// <summary>The id of a message in the queue of other services' commands.</summary>
    /// <param name="context">The message.</param>
    /// <returns><c>null</c> in another queue, and where it has none that can be written into a log.</returns>
    public static string? IdOf(ReceiveContext context) =>
        context.InputAddress.AbsolutePath.EndsWith("/" + Queues.Commands, StringComparison.Ordinal)
        && context.TryGetPayload<RabbitMqBasicConsumeContext>(out var delivery)
            ? RequestId.Take(delivery.Properties.MessageId)
            : null;
}

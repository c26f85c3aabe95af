using MassTransit;
using Microsoft.Extensions.Hosting;
using WazoPlugind.Messages;

namespace WazoPlugind.Worker.Steps.Fetch;

/// <summary>
/// Gives a fetch that may not be tried yet back to its queue, a moment after it came: it holds no place among the fetches that are
/// under way, and others come by. (The broker has no delays of its own.)
/// </summary>
/// <param name="queue">The queue.</param>
/// <param name="lifetime">Knows when the worker stops.</param>
/// <param name="time">The clock.</param>
internal sealed class FetchPauses(string queue, IHostApplicationLifetime lifetime, TimeProvider time) : IFilter<ConsumeContext>
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(250);

    private readonly string _queue = queue;

    /// <inheritdoc/>
    public void Probe(ProbeContext context) => context.CreateFilterScope("pauses");

    /// <inheritdoc/>
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        context.ReceiveContext.AddOrUpdatePayload(() => this, _ => this);
        var rest = context.TryGetMessage<FetchPlugin>(out var fetch) ? fetch.Message.NotBefore - time.GetUtcNow() : null;
        if (rest > Moment)
        {
            await Task.Delay(Moment, time, lifetime.ApplicationStopping);
            await context.GiveBackAsync(_queue, context.CancellationToken);
            return;
        }

        if (rest > TimeSpan.Zero)
            await Task.Delay(rest.Value, time, lifetime.ApplicationStopping);
        await next.Send(context);
    }

    /// <summary>The queue that a message came by.</summary>
    /// <param name="context">The message.</param>
    public static string QueueOf(ConsumeContext context) => context.ReceiveContext.GetPayload<FetchPauses>()._queue;
}

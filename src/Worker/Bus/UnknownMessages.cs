using MassTransit;

namespace WazoPlugind.Worker.Bus;

/// <summary>Hands messages of a type that nobody here takes to the error queue, as what cannot be read: MassTransit has a queue more for them.</summary>
internal sealed class UnknownMessages : IFilter<ReceiveContext>
{
    /// <inheritdoc/>
    public void Probe(ProbeContext context) => context.CreateFilterScope("unknown");

    /// <inheritdoc/>
    public async Task Send(ReceiveContext context, IPipe<ReceiveContext> next)
    {
        await ErrorQueue.TakeAsync(context, new TransportException(context.InputAddress, "nobody here takes messages of this type"));
        await next.Send(context);
    }
}

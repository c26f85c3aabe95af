using MassTransit;
using MassTransit.Middleware;

namespace WazoPlugind.Worker.Steps;

/// <summary>Gives a message that has no answer back to the broker; what cannot be read goes to the error queue, as everywhere.</summary>
internal sealed class StepErrorFilter : IFilter<ExceptionReceiveContext>
{
    private readonly ErrorTransportFilter _errorQueue = new();

    /// <inheritdoc/>
    public void Probe(ProbeContext context) => context.CreateFilterScope("unanswered");

    /// <inheritdoc/>
    public Task Send(ExceptionReceiveContext context, IPipe<ExceptionReceiveContext> next) =>
        context.Exception is StepUnansweredException
            ? Task.FromException(context.Exception)
            : ((IFilter<ExceptionReceiveContext>)_errorQueue).Send(context, next);
}

using MassTransit;
using Microsoft.Extensions.Logging;
using WazoPlugind.Hosting;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Operations;
using WazoPlugind.Worker.Events;

namespace WazoPlugind.Worker;

/// <summary>
/// Stands around the consumers of steps and their retries: gives each delivery its progress, and reports what they throw in
/// the end to the saga, so that no operation is left without an end.
/// </summary>
/// <typeparam name="T">The message.</typeparam>
/// <param name="events">Publishes the steps.</param>
/// <param name="time">The clock of the reports.</param>
/// <param name="logger">Is told of what nobody expected.</param>
internal sealed partial class StepFilter<T>(OperationEvents events, TimeProvider time, ILogger<StepFilter<T>> logger)
    : IFilter<ConsumeContext<T>>
    where T : class
{
    private static readonly Func<ILogger, Guid, IDisposable?> OperationScope = LoggerMessage.DefineScope<Guid>("{Operation}");

    /// <inheritdoc/>
    public void Probe(ProbeContext context) => context.CreateFilterScope("step");

    /// <inheritdoc/>
    public async Task Send(ConsumeContext<T> context, IPipe<ConsumeContext<T>> next)
    {
        if (context.Message is not IOperationMessage { Uuid: var operation })
        {
            await next.Send(context);
            return;
        }

        var kind = context.Message is RemovePackage ? OperationKind.Uninstall : OperationKind.Install;
        var progress = context.GetOrAddPayload(() => new StepProgress(kind, operation, events, time));
        using var scope = OperationScope(logger, operation);
        try
        {
            await next.Send(context);
        }
        catch (Exception e) when (!context.CancellationToken.IsCancellationRequested)
        {
            var error = e is TransientStepException transient ? transient.Error : Unexpected(progress.Current, e);
            var failed = new StepFailed { Uuid = operation, Error = error, Steps = progress.Finish() };
            await context.SendToAsync(Queues.Operations, failed, context.CancellationToken);
        }
    }

    private OperationError Unexpected(string? step, Exception exception)
    {
        LogUnexpected(exception, step);
        return OperationErrors.Step(step ?? Steps.Starting, $"an unexpected error, which the log has: {exception.GetType().Name}");
    }

    [LoggerMessage(LogLevel.Error, "Step '{Step}' failed unexpectedly")]
    private partial void LogUnexpected(Exception exception, string? step);
}

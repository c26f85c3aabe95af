using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WazoPlugind.Hosting;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Configuration;
using WazoPlugind.Plugins.Operations;
using WazoPlugind.Worker.Events;

namespace WazoPlugind.Worker;

/// <summary>
/// Stands around the consumers of steps: gives each delivery its progress, and reports what they throw to the saga once the
/// retries, which stand around this, are used up; so no operation is left without an end.
/// </summary>
/// <param name="retries">How often a transient failure is tried again.</param>
/// <param name="configuration">Says how much output is kept.</param>
/// <param name="events">Publishes the steps.</param>
/// <param name="lifetime">Knows when the worker stops.</param>
/// <param name="time">The clock of the reports.</param>
/// <param name="logger">Is told of what nobody expected.</param>
internal sealed partial class StepFilter(
    int retries,
    PlugindConfiguration configuration,
    OperationEvents events,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<StepFilter> logger)
    : IFilter<ConsumeContext>
{
    private static readonly Func<ILogger, Guid, IDisposable?> OperationScope = LoggerMessage.DefineScope<Guid>("{Operation}");

    /// <inheritdoc/>
    public void Probe(ProbeContext context) => context.CreateFilterScope("step");

    /// <inheritdoc/>
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        if (context.CorrelationId is not { } operation)
        {
            await next.Send(context);
            return;
        }

        var kind = context.HasMessageType(typeof(RemovePackage)) ? OperationKind.Uninstall : OperationKind.Install;
        // The payloads of the context itself do not outlive one try.
        var progress = context.ReceiveContext.GetOrAddPayload(() =>
            new StepProgress(kind, operation, configuration.Limits.OutputKilobytes * 1024, events, time) { Stopping = lifetime.ApplicationStopping });
        using var scope = OperationScope(logger, operation);
        try
        {
            await next.Send(context);
        }
        catch (TransientStepException) when (context.GetRetryAttempt() < retries)
        {
            throw;
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested && StepMessages.BuildOf(context) is { } build)
        {
            // As a new message: one that the broker takes back counts as a delivery that has ended its worker.
            await context.SendToAsync(Queues.Build, build, CancellationToken.None);
            LogGivenBack();
        }
        catch (Exception e) when (!context.CancellationToken.IsCancellationRequested)
        {
            var error = e is TransientStepException transient ? transient.Error : Unexpected(context, progress.Current, e);
            var failed = new StepFailed { Uuid = operation, Error = error, Steps = progress.Finish() };
            await context.SendToAsync(Queues.Operations, failed, context.CancellationToken);
        }
    }

    private OperationError Unexpected(ConsumeContext context, string? step, Exception exception)
    {
        LogUnexpected(exception, step);
        step ??= Steps.Starting;
        var reason = $"an unexpected error, which the log has: {exception.GetType().Name}";
        return StepMessages.InstallationOf(context) is var (method, options)
            ? OperationErrors.Step(step, method, options, reason)
            : OperationErrors.Step(step, reason);
    }

    [LoggerMessage(LogLevel.Information, "The worker stops: the step goes back to the queue")]
    private partial void LogGivenBack();

    [LoggerMessage(LogLevel.Error, "Step '{Step}' failed unexpectedly")]
    private partial void LogUnexpected(Exception exception, string? step);
}

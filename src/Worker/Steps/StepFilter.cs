using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Worker.Events;

namespace WazoPlugind.Worker.Steps;

/// <summary>
/// Stands around the consumers of steps: gives each delivery its progress, and reports what they throw to the saga once the
/// retries, which stand around this, are used up; so no operation is left without an end.
/// </summary>
/// <param name="queue">The queue of the steps.</param>
/// <param name="retries">How often a transient failure is tried again.</param>
/// <param name="configuration">Says how much output is kept.</param>
/// <param name="events">Publishes the steps.</param>
/// <param name="journal">Remembers what was reported.</param>
/// <param name="lifetime">Knows when the worker stops.</param>
/// <param name="time">The clock of the reports.</param>
/// <param name="logger">Is told of what nobody expected.</param>
internal sealed partial class StepFilter(
    string queue,
    int retries,
    PlugindConfiguration configuration,
    OperationEvents events,
    StepJournal journal,
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
            using var entry = await journal.OpenAsync(operation, StepMessages.TypeOf(context), lifetime.ApplicationStopping);
            context.ReceiveContext.AddOrUpdatePayload(() => entry, _ => entry);
            if (entry.HasEnded)
            {
                LogEnded();
                await context.TakeAsync();
            }
            else if (entry.Find() is { } reported)
            {
                await context.SendToAsync(Queues.Operations, reported, context.CancellationToken);
                await context.TakeAsync();
            }
            else
            {
                await RunAsync(context, next, operation, progress);
            }
        }
        // MassTransit makes the one of the other.
        catch (Exception e) when (e is (OperationCanceledException or ConsumerCanceledException) && lifetime.ApplicationStopping.IsCancellationRequested)
        {
            await context.GiveBackAsync(queue, CancellationToken.None);
            LogGivenBack();
        }
    }

    private async Task RunAsync(ConsumeContext context, IPipe<ConsumeContext> next, Guid operation, StepProgress progress)
    {
        try
        {
            await next.Send(context);
        }
        catch (TransientStepException e) when (context.GetRetryAttempt() < (e.TimedOut ? 1 : retries))
        {
            throw;
        }
        catch (Exception e) when (!IsStop(context, e))
        {
            var error = e is TransientStepException transient ? transient.Error : Unexpected(context, progress.Current, e);
            var failed = new StepFailed { Uuid = operation, Error = error, Steps = progress.Finish() };
            await context.ReportAsync(failed);
        }
    }

    private bool IsStop(ConsumeContext context, Exception exception) =>
        context.CancellationToken.IsCancellationRequested
        || (exception is (OperationCanceledException or ConsumerCanceledException) && lifetime.ApplicationStopping.IsCancellationRequested);

    private OperationError Unexpected(ConsumeContext context, string? step, Exception exception)
    {
        LogUnexpected(exception, step);
        // The system's own words say what an administrator can do: a full disk, a missing permission.
        var reason = exception is IOException or UnauthorizedAccessException
            ? exception.Message
            : $"an unexpected error, which the log has: {exception.GetType().Name}";
        return StepMessages.ErrorOf(context, step ?? StepName.Starting, reason);
    }

    [LoggerMessage(LogLevel.Debug, "The operation has ended; there is nothing left to do")]
    private partial void LogEnded();

    [LoggerMessage(LogLevel.Information, "The worker stops: the step goes back to the queue")]
    private partial void LogGivenBack();

    [LoggerMessage(LogLevel.Error, "Step '{Step}' failed unexpectedly")]
    private partial void LogUnexpected(Exception exception, string? step);
}

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Processes;

namespace WazoPlugind.Worker.Steps;

/// <summary>Runs the work of steps, within their time, and makes the report of what becomes of it; so no operation is left without an end.</summary>
/// <param name="configuration">Says how long a step may take, and how much output is kept.</param>
/// <param name="reports">Is told what begins.</param>
/// <param name="lifetime">Knows when the worker stops.</param>
/// <param name="time">The clock of the steps.</param>
/// <param name="logger">Is told of what nobody expected.</param>
internal sealed partial class StepRuns(
    PlugindConfiguration configuration, StepReports reports, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<StepRuns> logger)
{
    private static readonly string Worker = $"{Environment.MachineName}:{Environment.ProcessId}";

    /// <summary>Runs a step.</summary>
    /// <typeparam name="TResult">What it gives.</typeparam>
    /// <param name="step">The step.</param>
    /// <param name="delivery">The message that asks for it.</param>
    /// <param name="turn">The message's turn.</param>
    /// <param name="wasKilled">Whether a run before ended with its process.</param>
    /// <param name="work">Its work.</param>
    /// <param name="stop">Stops it: the worker stops, or the operation is cancelled.</param>
    /// <returns>The report.</returns>
    /// <exception cref="OperationCanceledException">The operation is cancelled.</exception>
    public async Task<IOperationMessage> RunAsync<TResult>(
        StepDefinition step, StepDelivery delivery, StepTurn turn, bool wasKilled, Func<StepRun, Task<StepResult<TResult>>> work, CancellationToken stop)
        where TResult : class
    {
        var before = new StepPast(wasKilled || delivery.IsRedelivered, turn.WasTried);
        turn.Begin();
        FaultPoint.Reach(FaultPoint.StepBegan);
        var limit = TimeSpan.FromSeconds(configuration.Worker.StepTimeout);
        var reporting = new StepReporting(
            reports, configuration.Limits.OutputKilobytes * 1024, Worker, step.Queue.ConcurrencyOf(configuration.Worker));
        using var run = new StepRun(delivery, turn.Workspace, before, limit, reporting, time, stop);
        try
        {
            var result = await work(run);
            return result.Succeeded ? delivery.Completed(result.Value, run.Finish()) : Failed(step, delivery, run, result.Failure);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            LogStopped();
            return delivery.Stopped(run.Finish());
        }
        catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            var failure = StepFailure.Of(run.Current ?? step.FirstStep, ReasonOf(e, run));
            return delivery.Failed(failure, run.Finish());
        }
        finally
        {
            turn.End();
        }
    }

    private IOperationMessage Failed(StepDefinition step, StepDelivery delivery, StepRun run, StepFailure failure)
    {
        var tries = delivery.Try.Tries;
        if (failure.Transience is not { } transience || step.Retry(transience, tries) is not { } pause)
            return delivery.Failed(failure, run.Finish());
        var next = transience.IsUntried ? delivery.Try : delivery.Try with { Tries = tries + 1 };
        if (next != delivery.Try)
            LogTryLater(step.Name, pause.TotalSeconds, failure.Reason.ReplaceLineEndings("; "));
        return delivery.Postponed(pause, next, failure.Reason, run.Finish());
    }

    private string ReasonOf(Exception exception, StepRun run)
    {
        if (exception is OperationCanceledException && run.IsLate)
            return $"the step took longer than {configuration.Worker.StepTimeout} seconds (worker.step_timeout)";
        LogUnexpected(exception, run.Current);
        // The system's own words say what an administrator can do: a full disk, a missing permission.
        return exception is IOException or UnauthorizedAccessException
            ? exception.Message
            : $"an unexpected error, which the log has: {exception.GetType().Name}";
    }

    [LoggerMessage(LogLevel.Information, "The step is interrupted, and goes on later")]
    private partial void LogStopped();

    [LoggerMessage(LogLevel.Warning, "'{Step}' cannot be done now, and is tried again in {Seconds} s: {Reason}")]
    private partial void LogTryLater(string step, double seconds, string reason);

    [LoggerMessage(LogLevel.Error, "Step '{Step}' failed unexpectedly")]
    private partial void LogUnexpected(Exception exception, string? step);
}

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Processes;
using WazoPlugind.Worker.Steps.Build;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Steps;

/// <summary>
/// Runs steps: one of an operation at a time, as many as there are places, what has ended its worker before alone; and reports what became
/// of them, once for each message. A step is never tried again here: what has to be goes back to the orchestrator.
/// </summary>
/// <param name="turns">Lets one step of an operation run at a time.</param>
/// <param name="room">Lets as many run as there is room for.</param>
/// <param name="runs">Runs them.</param>
/// <param name="reports">Reports.</param>
/// <param name="held">Knows the messages that are not answered.</param>
/// <param name="commands">Ends what a run has left that ended with its process.</param>
/// <param name="workspaces">Knows whether all that was begun is known here.</param>
/// <param name="configuration">Says how often a step may end its worker.</param>
/// <param name="lifetime">Knows when the worker stops.</param>
/// <param name="logger">Is told what is not run.</param>
internal sealed partial class StepExecution(
    StepTurns turns,
    StepRoom room,
    StepRuns runs,
    StepReports reports,
    HeldSteps held,
    CommandRunner commands,
    WorkspaceFactory workspaces,
    PlugindConfiguration configuration,
    IHostApplicationLifetime lifetime,
    ILogger<StepExecution> logger)
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private static readonly Func<ILogger, Guid, IDisposable?> OperationScope = LoggerMessage.DefineScope<Guid>("{Operation}");

    /// <summary>Runs a step, and reports what became of it.</summary>
    /// <typeparam name="TResult">What the step gives.</typeparam>
    /// <param name="step">The step.</param>
    /// <param name="delivery">The message that asks for it.</param>
    /// <param name="work">Its work.</param>
    /// <returns>Whether the message is answered; else the worker stops, and the message has to come again.</returns>
    public async Task<bool> RunAsync<TResult>(StepDefinition step, StepDelivery delivery, Func<StepRun, Task<StepResult<TResult>>> work)
        where TResult : class
    {
        using var scope = OperationScope(logger, delivery.Operation);
        using var holding = held.Hold(delivery.Message, delivery.Operation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(lifetime.ApplicationStopping, holding.Cancelled);
        StepTurn? turn;
        try
        {
            turn = await turns.TakeAsync(step, delivery, stop.Token);
        }
        catch (OperationCanceledException) when (holding.Cancelled.IsCancellationRequested)
        {
            LogCancelled();
            return true;
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return await reports.AnswerAsync(delivery.Stopped(), delivery.Message);
        }

        using (turn)
        {
            if (turn is null)
                return await reports.AnswerAsync(delivery.Postponed(Moment, delivery.Try, "another step of the operation is under way"), delivery.Message);
            if (turn.HasEnded || turn.Kills.Count > 0)
                await commands.EndAsync(turn.Workspace.Mark);
            if (turn.HasEnded)
            {
                LogEnded();
                return true;
            }

            if (turn.FindReport() is { } reported)
                return await reports.AnswerAsync(reported, delivery.Message);
            try
            {
                return turn.WasSuperseded || await RunAsync(step, delivery, turn, work, stop.Token);
            }
            catch (OperationCanceledException) when (holding.Cancelled.IsCancellationRequested)
            {
                LogCancelled();
                return true;
            }
            finally
            {
                turn.IsCancelled = holding.Cancelled.IsCancellationRequested;
                if (turn.IsCancelled)
                    FaultPoint.Reach(FaultPoint.CancelledWork);
            }
        }
    }

    private async Task<bool> RunAsync<TResult>(
        StepDefinition step, StepDelivery delivery, StepTurn turn, Func<StepRun, Task<StepResult<TResult>>> work, CancellationToken stop)
        where TResult : class
    {
        var report = await ReportAsync(step, delivery, turn, work, stop);
        turn.Remember(WithoutCredentials<TResult>(report));
        if (!await reports.AnswerAsync(report, delivery.Message))
            return false;
        FaultPoint.Reach(FaultPoint.Reported);
        return true;
    }

    // They are not written down: whoever sent the message has them, and knows them by the url without them.
    private static IOperationMessage WithoutCredentials<TResult>(IOperationMessage report)
        where TResult : class =>
        report is StepCompleted<TResult> { Result: ICarriesUrl result } completed
            ? completed with { Result = (TResult)result.WithoutCredentials() }
            : report;

    private async Task<IOperationMessage> ReportAsync<TResult>(
        StepDefinition step, StepDelivery delivery, StepTurn turn, Func<StepRun, Task<StepResult<TResult>>> work, CancellationToken stop)
        where TResult : class
    {
        var kills = KillsOf(delivery, turn);
        // What is only guessed is not told: the next message is another one.
        var told = delivery with { Try = delivery.Try with { Kills = Math.Max(turn.Kills.Count, delivery.Try.Kills) } };
        if (kills.AreTooMany(configuration.Worker.KillLimit))
        {
            LogTooManyKills(step.Name, kills.Count);
            return told.Failed(StepFailure.Of(step.FirstStep, kills.Describe()), []);
        }

        if (kills.MustWait(delivery.Try))
        {
            LogKills(step.Name, kills.Count, kills.Delay.TotalSeconds);
            return delivery.Postponed(
                kills.Delay, delivery.Try with { Kills = kills.Count, Alone = true }, $"its worker ended {kills.Count} times while it worked on this");
        }

        try
        {
            using var entry = await room.EnterAsync(step.Queue, delivery.Try.Alone, stop);
            return entry is null
                ? told.Postponed(StepRoom.DelayOf(delivery.Try.Alone), told.Try, "there was no room on the worker")
                : await runs.RunAsync(step, told, turn, kills.Count > 0, work, stop);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            return told.Stopped();
        }
    }

    // Where all workers share the directory, all that was begun is known: what was only sent to a worker that ended is not blamed. Elsewhere
    // another machine may have begun it.
    private StepKills KillsOf(StepDelivery delivery, StepTurn turn)
    {
        var seen = turn.Kills;
        var unseen = delivery.IsRedelivered && !workspaces.AreShared && !turn.WasBegun ? 1 : 0;
        return new StepKills(Math.Max(seen.Count, delivery.Try.Kills + unseen), [.. seen.Select(attempt => attempt.BeganAt)]);
    }

    [LoggerMessage(LogLevel.Debug, "The operation has ended; there is nothing left to do")]
    private partial void LogEnded();

    [LoggerMessage(LogLevel.Information, "The operation is cancelled: its work ends here")]
    private partial void LogCancelled();

    [LoggerMessage(LogLevel.Warning, "The worker ended {Count} times during '{Step}'; it is tried again alone in {Seconds} s")]
    private partial void LogKills(string step, int count, double seconds);

    [LoggerMessage(LogLevel.Error, "The worker ended {Count} times during '{Step}'; it is tried no more")]
    private partial void LogTooManyKills(string step, int count);
}

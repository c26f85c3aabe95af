using WazoPlugind.Operations.Records;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Steps;

/// <summary>Makes the reports on a message.</summary>
internal static class StepAnswers
{
    private static readonly TimeSpan AfterStop = TimeSpan.FromSeconds(2);

    /// <summary>What was asked for is done.</summary>
    /// <typeparam name="TResult">What it gives.</typeparam>
    /// <param name="delivery">The message.</param>
    /// <param name="result">What it gives.</param>
    /// <param name="steps">The steps done.</param>
    public static StepCompleted<TResult> Completed<TResult>(this StepDelivery delivery, TResult result, IReadOnlyList<StepRecord> steps)
        where TResult : class =>
        new() { Uuid = delivery.Operation, Command = delivery.Message, Steps = steps, Result = result };

    /// <summary>It failed for good.</summary>
    /// <param name="delivery">The message.</param>
    /// <param name="failure">Why.</param>
    /// <param name="steps">The steps done.</param>
    public static StepFailed Failed(this StepDelivery delivery, StepFailure failure, IReadOnlyList<StepRecord> steps) =>
        new() { Uuid = delivery.Operation, Command = delivery.Message, Steps = steps, Kills = delivery.Try.Kills, Failure = failure };

    /// <summary>It is to be tried later.</summary>
    /// <param name="delivery">The message.</param>
    /// <param name="delay">After which time.</param>
    /// <param name="next">What the next try is told.</param>
    /// <param name="reason">Why, in a sentence without secrets.</param>
    /// <param name="steps">The steps done.</param>
    public static StepPostponed Postponed(
        this StepDelivery delivery, TimeSpan delay, StepTry next, string reason, params IReadOnlyList<StepRecord> steps) => new()
        {
            Uuid = delivery.Operation,
            Command = delivery.Message,
            Steps = steps,
            Delay = (int)delay.TotalMilliseconds,
            Next = next,
            Reason = reason,
        };

    /// <summary>The worker stops, or has lost its broker: another one does it, or this one later, and it counts as no try.</summary>
    /// <param name="delivery">The message.</param>
    /// <param name="steps">The steps done.</param>
    public static StepPostponed Stopped(this StepDelivery delivery, params IReadOnlyList<StepRecord> steps) =>
        delivery.Postponed(AfterStop, delivery.Try, "its worker was interrupted", steps);
}

using MassTransit;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Processes;

namespace WazoPlugind.Worker.Steps;

/// <summary>What the consumers of steps share.</summary>
internal static class ConsumeContextSteps
{
    /// <summary>The progress of this delivery.</summary>
    /// <param name="context">The message.</param>
    public static StepProgress Progress(this ConsumeContext context) => context.ReceiveContext.GetPayload<StepProgress>();

    /// <summary>Takes a message without a consumer. Else it would count as one that nobody here knows.</summary>
    /// <param name="context">The message.</param>
    public static Task TakeAsync(this ConsumeContext context) =>
        context.TryGetMessage<IOperationMessage>(out var message) ? message.NotifyConsumed(TimeSpan.Zero, nameof(TakeAsync)) : Task.CompletedTask;

    /// <summary>Gives a message back to its queue, as a new one: one that the broker takes back counts as a delivery that has ended its worker.</summary>
    /// <param name="context">The message.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="cancellationToken">Stops waiting for the broker's confirm.</param>
    public static async Task GiveBackAsync(this ConsumeContext context, string queue, CancellationToken cancellationToken)
    {
        await context.SendToAsync(queue, StepMessages.MessageOf(context), cancellationToken);
        await context.TakeAsync();
    }

    /// <summary>Reports the result of the steps to the saga.</summary>
    /// <typeparam name="TValue">What the steps give.</typeparam>
    /// <typeparam name="TMessage">The message for a success.</typeparam>
    /// <param name="context">The message that asked for the steps.</param>
    /// <param name="result">What became of them.</param>
    /// <param name="success">Makes the message for a success.</param>
    public static async Task ReportAsync<TValue, TMessage>(
        this ConsumeContext<IOperationMessage> context,
        StepResult<TValue> result,
        Func<TValue, IReadOnlyList<StepReport>, TMessage> success)
        where TValue : class
        where TMessage : class
    {
        var steps = context.Progress().Finish();
        object report = result.Succeeded
            ? success(result.Value, steps)
            : new StepFailed { Uuid = context.Message.Uuid, Error = result.Error, Steps = steps };
        await context.ReportAsync(report);
    }

    /// <summary>Remembers a report, and sends it to the saga.</summary>
    /// <param name="context">The message that asked for the steps.</param>
    /// <param name="report">The report.</param>
    public static async Task ReportAsync(this ConsumeContext context, object report)
    {
        context.ReceiveContext.GetPayload<StepJournal.Entry>().Write(report);
        await context.SendToAsync(Queues.Operations, report, context.CancellationToken);
        FaultPoint.Reach(FaultPoint.Reported);
    }
}

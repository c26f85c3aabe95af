using MassTransit;
using WazoPlugind.Operations.Events;
using WazoPlugind.Operations.Outbox;
using WazoPlugind.Worker.Orchestration;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Sagas;

/// <summary>Stores and announces the steps that a worker begins, whatever operation they are of. What comes twice announces nothing.</summary>
/// <param name="writer">Stores.</param>
/// <param name="states">Knows the operations.</param>
/// <param name="dispatcher">Is told of the worker.</param>
/// <param name="replies">Knows where the worker is.</param>
/// <param name="time">The clock of the pauses.</param>
internal sealed class StepBeganConsumer(
    OrchestratorWriter writer, OperationStates states, OutboxDispatcher dispatcher, CancelledReplies replies, TimeProvider time)
    : IConsumer<StepBegan>
{
    // Messages that come together are taken together: what comes out of turn is only a moment early.
    private const int Tries = 100;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<StepBegan> context)
    {
        replies.Note(context);
        for (var tries = 1; !await TryAsync(context, isLast: tries == Tries); tries++)
            await Task.Delay(Moment, time, context.CancellationToken);
    }

    private async Task<bool> TryAsync(ConsumeContext<StepBegan> context, bool isLast)
    {
        var (report, isEarly) = (context.Message, false);
        // The report of its end says all of it again.
        await writer.WriteSoonAsync(
            transaction =>
            {
                // A step that has reported its end has said all of this already.
                if (transaction.Find(report.Command) is not { } command || states.Find(transaction, report.Uuid) is not { FinishedAt: null } operation)
                    return;
                isEarly = !isLast && report.Steps.Any(step => step.Output is { } output && OperationEvents.LastLine(transaction, report.Uuid, step.Name, output.Run) < output.Before);
                if (isEarly)
                    return;
                dispatcher.NoteWorker(command.Destination, report.Worker, report.Places);
                operation.Begin(report);
                operation.Record(report.Steps);
                states.Save(operation, transaction);
            },
            context.CancellationToken);
        return !isEarly;
    }
}

using MassTransit;
using WazoPlugind.Operations.Outbox;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Sagas;

/// <summary>Stores and announces the steps that a worker begins, whatever operation they are of. What comes twice announces nothing.</summary>
/// <param name="writer">Stores.</param>
/// <param name="states">Knows the operations.</param>
/// <param name="dispatcher">Is told of the worker.</param>
internal sealed class StepBeganConsumer(OrchestratorWriter writer, OperationStates states, OutboxDispatcher dispatcher) : IConsumer<StepBegan>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<StepBegan> context)
    {
        var report = context.Message;
        // The report of its end says all of it again.
        return writer.WriteSoonAsync(
            transaction =>
            {
                // A step that has reported its end has said all of this already.
                if (transaction.Find(report.Command) is not { } command || states.Find(transaction, report.Uuid) is not { FinishedAt: null } operation)
                    return;
                dispatcher.NoteWorker(command.Destination, report.Worker, report.Places);
                operation.Begin(report);
                operation.Record(report.Steps);
                states.Save(operation, transaction);
            },
            context.CancellationToken);
    }
}

using MassTransit;
using WazoPlugind.Worker.Sagas;

namespace WazoPlugind.Worker.Commands;

/// <summary>Ends operations that someone cancels.</summary>
/// <param name="writer">Stores that.</param>
/// <param name="cancellations">Decides.</param>
internal sealed class CancellationConsumer(OrchestratorWriter writer, OperationCancellations cancellations) : IConsumer<Cancellation>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<Cancellation> context) =>
        writer.WriteAsync(transaction => cancellations.Cancel(transaction, context.Message.Uuid), context.CancellationToken);
}

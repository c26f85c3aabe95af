using MassTransit;
using WazoPlugind.Worker.Orchestration;
using WazoPlugind.Worker.Sagas;

namespace WazoPlugind.Worker.Commands;

/// <summary>Ends operations that someone cancels.</summary>
/// <param name="writer">Stores that.</param>
/// <param name="cancellations">Decides.</param>
/// <param name="replies">Tells workers on other machines.</param>
internal sealed class CancellationConsumer(OrchestratorWriter writer, OperationCancellations cancellations, CancelledReplies replies) : IConsumer<Cancellation>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<Cancellation> context)
    {
        IReadOnlyList<Guid> cancelled = [];
        await writer.WriteAsync(
            transaction => { cancelled = cancellations.Cancel(transaction, context.Message.Uuid); }, context.CancellationToken);
        await replies.TellAsync(cancelled);
    }
}

using MassTransit;
using WazoPlugind.Worker.Sagas;

namespace WazoPlugind.Worker.Commands;

/// <summary>Takes requests back.</summary>
/// <param name="writer">Stores that.</param>
/// <param name="intake">Knows the requests.</param>
internal sealed class WithdrawalConsumer(OrchestratorWriter writer, RequestIntake intake) : IConsumer<Withdrawal>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<Withdrawal> context) =>
        writer.WriteAsync(transaction => intake.Withdraw(transaction, context.Message.Uuid, context.Message.Sending), context.CancellationToken);
}

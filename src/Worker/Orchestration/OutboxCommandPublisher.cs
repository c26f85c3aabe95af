using WazoPlugind.Hosting.Broker;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Outbox;
using WazoPlugind.Operations.Records;
using WazoPlugind.Worker.Commands;
using WazoPlugind.Worker.Sagas;

namespace WazoPlugind.Worker.Orchestration;

/// <summary>Takes what is asked for over HTTP in the same process: it is stored in the outbox, which is the queue.</summary>
/// <param name="orchestrator">Has the database ready.</param>
/// <param name="writer">Stores.</param>
/// <param name="intake">Knows how.</param>
/// <param name="cancellations">Ends operations.</param>
internal sealed class OutboxCommandPublisher(
    Orchestrator orchestrator, OperationWriter writer, RequestIntake intake, OperationCancellations cancellations) : ICommandPublisher
{
    /// <inheritdoc/>
    public async Task PublishAsync(
        IOperationMessage command, OperationRequester requester, RequestIdempotency? idempotency, CancellationToken cancellationToken)
    {
        await orchestrator.Ready.WaitAsync(cancellationToken);
        Action<OperationTransaction> store = command is CancelOperationCommand
            ? transaction => cancellations.Cancel(transaction, command.Uuid)
            : transaction => intake.Store(transaction, ((IRequested)CommandKind.Request(command, requester, parent: null)).With(idempotency));
        var isDecided = 0;
        var storing = writer.WriteAsync(transaction =>
        {
            if (Interlocked.Exchange(ref isDecided, 1) == 0)
                store(transaction);
        });
        await storing.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // Who has given up before it began is told that nothing happens, and nothing does.
        if (!storing.IsCompleted && Interlocked.Exchange(ref isDecided, 1) == 0)
            cancellationToken.ThrowIfCancellationRequested();
        await storing;
    }
}

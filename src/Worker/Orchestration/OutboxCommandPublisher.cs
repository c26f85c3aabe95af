using WazoPlugind.Hosting.Broker;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Outbox;
using WazoPlugind.Operations.Records;
using WazoPlugind.Operations.Secrets;
using WazoPlugind.Worker.Commands;
using WazoPlugind.Worker.Outbox;
using WazoPlugind.Worker.Sagas;
using WazoPlugind.Worker.Steps;

namespace WazoPlugind.Worker.Orchestration;

/// <summary>Takes what is asked for over HTTP in the same process: it is stored in the outbox, which is the queue.</summary>
/// <param name="orchestrator">Has the database ready.</param>
/// <param name="writer">Stores.</param>
/// <param name="messages">Writes the messages.</param>
/// <param name="secrets">Keeps credentials.</param>
internal sealed class OutboxCommandPublisher(Orchestrator orchestrator, OperationWriter writer, OutboxMessages messages, OperationSecrets secrets)
    : ICommandPublisher
{
    /// <inheritdoc/>
    public async Task PublishAsync(IOperationMessage command, OperationRequester requester, CancellationToken cancellationToken)
    {
        await orchestrator.Ready.WaitAsync(cancellationToken);
        var request = (ICarriesUrl)CommandKind.Request(command, requester, parent: null);
        var stored = request.WithoutCredentials();
        var (queue, name, body) = messages.Write(stored);
        await writer.WriteAsync(transaction =>
        {
            if (stored.Url != request.Url)
                secrets.Keep(transaction, command.Uuid, stored.Url!, request.Url!);
            transaction.Send(new OutboxMessage
            {
                Operation = command.Uuid,
                Id = Guid.NewGuid(),
                Destination = queue,
                Type = name,
                Body = body,
                Requester = OperationStates.KeyOf(requester),
            });
        }).WaitAsync(cancellationToken);
    }
}

using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;

namespace WazoPlugind.Hosting.Broker;

/// <summary>Hands what is asked for over HTTP to the orchestrator.</summary>
public interface ICommandPublisher
{
    /// <summary>Hands a command over. On return it is safe, whether an orchestrator runs or not.</summary>
    /// <param name="command">The command.</param>
    /// <param name="requester">Who asks.</param>
    /// <param name="idempotency">What is known of its <c>Idempotency-Key</c>, or <c>null</c>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task PublishAsync(IOperationMessage command, OperationRequester requester, RequestIdempotency? idempotency, CancellationToken cancellationToken);
}

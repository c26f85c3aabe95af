using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Processes;

namespace WazoPlugind.Worker.Events;

/// <summary>Publishes what happens to operations.</summary>
/// <param name="publisher">Puts events on the bus.</param>
/// <param name="configuration">Says the platform's UUID.</param>
/// <param name="time">The clock of the events.</param>
internal sealed class OperationEvents(IWazoEventPublisher publisher, PlugindConfiguration configuration, TimeProvider time)
{
    /// <summary>Publishes a status of an operation, and waits for the broker's confirm.</summary>
    /// <param name="kind">What the operation does.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="status">A step, <c>completed</c> or <c>error</c>.</param>
    /// <param name="error">Why, for <c>error</c>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task PublishAsync(
        OperationKind kind, Guid operation, string status, OperationError? error = null, CancellationToken cancellationToken = default)
    {
        await publisher.PublishAsync(WazoEvent.Create(kind, operation, status, error, configuration.Uuid, time), cancellationToken);
        FaultPoint.Reach(FaultPoint.EventPublished);
    }
}

using WazoPlugind.Messages;

namespace WazoPlugind.Worker.Sagas;

/// <summary>Tells an operation that the one before it on the same plugin has ended.</summary>
public sealed record TurnCame : IOperationMessage
{
    /// <summary>The operation that waits.</summary>
    public required Guid Uuid { get; init; }
}

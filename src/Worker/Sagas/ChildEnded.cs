using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;

namespace WazoPlugind.Worker.Sagas;

/// <summary>Tells an operation that one of those that it waits for has ended.</summary>
public sealed record ChildEnded : IOperationMessage
{
    /// <summary>The operation that waits.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The operation that has ended.</summary>
    public required Guid Child { get; init; }

    /// <summary>Why it failed, or <c>null</c>.</summary>
    public OperationError? Error { get; init; }
}

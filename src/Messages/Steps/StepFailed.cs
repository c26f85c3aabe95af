namespace WazoPlugind.Messages;

/// <summary>A step failed in a way that another try cannot mend; the operation ends in <c>error</c>.</summary>
public sealed record StepFailed : IOperationMessage
{
    /// <summary>The operation.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>What the <c>error</c> event carries.</summary>
    public required OperationError Error { get; init; }

    /// <summary>The steps done, in order; the last is the one that failed.</summary>
    public required IReadOnlyList<StepReport> Steps { get; init; }
}

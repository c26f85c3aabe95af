namespace WazoPlugind.Messages;

/// <summary>
/// Ends an operation that the package manager does not have yet: its end is told as an <c>error</c> with the identifier
/// <see cref="ErrorId.OperationCancelled"/>. One that has ended, or that the package manager has, goes on as if nothing had been asked. Sent to
/// <see cref="CommandEndpoint.Name"/>.
/// </summary>
public sealed record CancelOperationCommand : IOperationMessage
{
    /// <summary>The operation to end. One that is not known yet ends as it begins.</summary>
    public required Guid Uuid { get; init; }
}

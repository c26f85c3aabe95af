namespace WazoPlugind.Messages;

/// <summary>
/// Asks for newer versions of all installed plugins that have one; each is updated by an operation of its own. Sent to
/// <see cref="CommandEndpoint.Name"/>.
/// </summary>
public sealed record UpdateAllPluginsCommand : IOperationMessage
{
    /// <summary>Names the operation in every event; chosen by the sender, unique.</summary>
    public required Guid Uuid { get; init; }
}

namespace WazoPlugind.Messages;

/// <summary>
/// Asks for newer versions of all installed plugins that have one; each is updated by an operation of its own. Sent to
/// <see cref="Queues.Commands"/>.
/// </summary>
public sealed record UpdateAllPluginsCommand : IOperationMessage
{
    /// <summary>Names the operation in every event; chosen by the sender, unique.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>Who asked for it over HTTP; <c>null</c> for a command from the bus.</summary>
    public OperationRequester? Requester { get; init; }
}

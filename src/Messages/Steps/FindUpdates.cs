namespace WazoPlugind.Messages;

/// <summary>Asks a builder which plugins there is something newer of. Sent to <see cref="Queues.Fetch"/>.</summary>
public sealed record FindUpdates : IOperationMessage
{
    /// <summary>The operation.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The installed plugins.</summary>
    public required IReadOnlyList<UpdateCandidate> Plugins { get; init; }
}

namespace WazoPlugind.Messages;

/// <summary>Asks for the removal of an installed plugin. Sent to <see cref="CommandEndpoint.Name"/>.</summary>
public sealed record UninstallPluginCommand : IOperationMessage
{
    /// <summary>Names the operation in every event; chosen by the sender, unique.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The plugin's namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The plugin's name.</summary>
    public required string Name { get; init; }
}

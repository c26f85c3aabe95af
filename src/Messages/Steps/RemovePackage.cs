namespace WazoPlugind.Messages;

/// <summary>Tells the installer to remove a plugin's package. Answered by <see cref="PackageRemoved"/> or <see cref="StepFailed"/>.</summary>
public sealed record RemovePackage : IOperationMessage
{
    /// <summary>The operation.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The plugin's namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The plugin's name.</summary>
    public required string Name { get; init; }
}

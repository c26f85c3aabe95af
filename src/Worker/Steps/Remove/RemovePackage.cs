using WazoPlugind.Messages;

namespace WazoPlugind.Worker.Steps.Remove;

/// <summary>Tells the installer to remove a plugin's package. Gives <see cref="PackageRemoved"/>.</summary>
public sealed record RemovePackage : IOperationMessage
{
    /// <summary>The operation.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The plugin's namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The plugin's name.</summary>
    public required string Name { get; init; }
}

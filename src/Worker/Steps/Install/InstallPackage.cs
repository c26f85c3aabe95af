using WazoPlugind.Messages;
using WazoPlugind.Plugins.Building;

namespace WazoPlugind.Worker.Steps.Install;

/// <summary>Tells the installer to install a built package. Gives <see cref="PackageInstalled"/>.</summary>
public sealed record InstallPackage : IOperationMessage
{
    /// <summary>The operation.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The package.</summary>
    public required PackageArtifact Package { get; init; }
}

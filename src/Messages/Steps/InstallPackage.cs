namespace WazoPlugind.Messages;

/// <summary>Tells the installer to install a built package. Answered by <see cref="PackageInstalled"/> or <see cref="StepFailed"/>.</summary>
public sealed record InstallPackage : IOperationMessage
{
    /// <summary>The operation.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>Where the plugin comes from, for an error's <c>install_options</c>; without credentials.</summary>
    public required string Method { get; init; }

    /// <summary>The options of the installation, for an error's <c>install_options</c>; without credentials.</summary>
    public required InstallOptions Options { get; init; }

    /// <summary>The package.</summary>
    public required PackageArtifact Package { get; init; }
}

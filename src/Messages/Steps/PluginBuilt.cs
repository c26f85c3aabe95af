namespace WazoPlugind.Messages;

/// <summary>A plugin's Debian package is ready.</summary>
public sealed record PluginBuilt : IOperationMessage
{
    /// <summary>The operation.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The package.</summary>
    public required PackageArtifact Package { get; init; }

    /// <summary>The steps done, in order.</summary>
    public required IReadOnlyList<StepReport> Steps { get; init; }
}

namespace WazoPlugind.Messages;

/// <summary>Tells a builder to build the package of a fetched plugin. Answered by <see cref="PluginBuilt"/> or <see cref="StepFailed"/>.</summary>
public sealed record BuildPlugin : IOperationMessage
{
    /// <summary>The operation.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>Where the plugin comes from, for an error's <c>install_options</c>: one of <see cref="InstallMethods"/>.</summary>
    public required string Method { get; init; }

    /// <summary>The options of the installation, for an error's <c>install_options</c>; without credentials.</summary>
    public required InstallOptions Options { get; init; }

    /// <summary>The git source to fetch again from when this machine does not have the tree.</summary>
    public required InstallOptions Source { get; init; }

    /// <summary>The commit to build: a branch may have moved since the fetch.</summary>
    public required string Commit { get; init; }
}

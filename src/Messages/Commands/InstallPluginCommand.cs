namespace WazoPlugind.Messages;

/// <summary>Asks for the installation of a plugin. Sent to <see cref="CommandEndpoint.Name"/>.</summary>
public sealed record InstallPluginCommand : IOperationMessage
{
    /// <summary>Names the operation in every event; chosen by the sender, unique.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>Where the plugin comes from: one of <see cref="InstallMethods"/>.</summary>
    public required string Method { get; init; }

    /// <summary>What the method needs to find the plugin.</summary>
    public required InstallOptions Options { get; init; }

    /// <summary>Whether to install again what is installed in the same version.</summary>
    public bool Reinstall { get; init; }

    /// <summary>
    /// The revision that the source must have been found in, as a plan of the installation says it: the full hash of a commit, the SHA-256
    /// of an archive. <c>null</c> for what there is when it is fetched.
    /// </summary>
    public string? Revision { get; init; }
}

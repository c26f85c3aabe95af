namespace WazoPlugind.Messages;

/// <summary>
/// Asks for a newer version of an installed plugin: from where it came, or as the command says. Where there is nothing newer
/// the operation completes without a build. Sent to <see cref="CommandEndpoint.Name"/>.
/// </summary>
public sealed record UpdatePluginCommand : IOperationMessage
{
    /// <summary>Names the operation in every event; chosen by the sender, unique.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The plugin's namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The plugin's name.</summary>
    public required string Name { get; init; }

    /// <summary>The version of the market, also an older one; <c>null</c> for the newest.</summary>
    public string? Version { get; init; }

    /// <summary>The branch, tag or full commit hash of the git repository that it was installed from; <c>null</c> for the one of then.</summary>
    public string? Ref { get; init; }

    /// <summary>
    /// The git repository, or with <see cref="Sha256"/> the archive, that it comes from from now on, perhaps with credentials;
    /// <c>null</c> for the one of then. Never log it, redact it first.
    /// </summary>
    public string? Url { get; init; }

    /// <summary>The SHA-256 of an archive, 64 hexadecimal digits; <c>null</c> for a git repository.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The plugin's root inside the repository or archive; <c>null</c> for the one of then.</summary>
    public string? Subdirectory { get; init; }

    /// <summary>Omits the values: the url may hold a password.</summary>
    public override string ToString() => nameof(UpdatePluginCommand);
}

namespace WazoPlugind.Messages;

/// <summary>
/// Asks for a newer version of an installed plugin: from where it came, or as the command says. Where there is nothing newer
/// the operation completes without a build. Sent to <see cref="Queues.Commands"/>.
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
    /// The git repository that it comes from from now on, perhaps with credentials; <c>null</c> for the one of then. Never log it,
    /// redact it first.
    /// </summary>
    public string? Url { get; init; }

    /// <summary>The plugin's root inside the repository; <c>null</c> for the one of then.</summary>
    public string? Subdirectory { get; init; }

    /// <summary>The operation that this one is part of, or <c>null</c>. For those that the service starts itself.</summary>
    public OperationParent? Parent { get; init; }

    /// <summary>Who asked for it over HTTP; <c>null</c> for a command from the bus.</summary>
    public OperationRequester? Requester { get; init; }

    /// <summary>Omits the values: the url may hold a password.</summary>
    public override string ToString() => nameof(UpdatePluginCommand);
}

namespace WazoPlugind.Messages;

/// <summary>Tells a builder to fetch and validate a plugin's source. Answered by <see cref="PluginFetched"/> or <see cref="StepFailed"/>.</summary>
public sealed record FetchPlugin : IOperationMessage
{
    /// <summary>The operation.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>Where the plugin comes from: one of <see cref="InstallMethods"/>.</summary>
    public required string Method { get; init; }

    /// <summary>What the method needs to find the plugin.</summary>
    public required InstallOptions Options { get; init; }

    /// <summary>How often it has been tried, in vain.</summary>
    public int Tries { get; init; }

    /// <summary>When it may be tried again; <c>null</c> for at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Whether its first step has been announced.</summary>
    public bool IsAnnounced { get; init; }
}

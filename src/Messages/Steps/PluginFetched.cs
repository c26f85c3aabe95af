namespace WazoPlugind.Messages;

/// <summary>A plugin's source is in its work directory and its manifest is valid.</summary>
public sealed record PluginFetched : IOperationMessage
{
    /// <summary>The operation.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The git source, for <see cref="BuildPlugin"/>: passed on, so that the saga has no credentials to remember.</summary>
    public required InstallOptions Source { get; init; }

    /// <summary>The full hash of the commit that was fetched.</summary>
    public required string Commit { get; init; }

    /// <summary>What the saga needs to know of the manifest.</summary>
    public required PluginIdentity Plugin { get; init; }

    /// <summary>The plugins that this one needs.</summary>
    public required IReadOnlyList<PluginReference> Depends { get; init; }

    /// <summary>The steps done, in order.</summary>
    public required IReadOnlyList<StepReport> Steps { get; init; }
}

namespace WazoPlugind.Messages;

/// <summary>What there is something newer of is known.</summary>
public sealed record UpdatesFound : IOperationMessage
{
    /// <summary>The operation.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The plugins to update.</summary>
    public required IReadOnlyList<PluginReference> Plugins { get; init; }

    /// <summary>The steps done, in order.</summary>
    public required IReadOnlyList<StepReport> Steps { get; init; }
}

namespace WazoPlugind.Messages;

/// <summary>A plugin's package is removed.</summary>
public sealed record PackageRemoved : IOperationMessage
{
    /// <summary>The operation.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The packages that were removed, dependants included.</summary>
    public required IReadOnlyList<string> Packages { get; init; }

    /// <summary>The steps done, in order.</summary>
    public required IReadOnlyList<StepReport> Steps { get; init; }
}

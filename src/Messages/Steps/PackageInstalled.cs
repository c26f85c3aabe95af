namespace WazoPlugind.Messages;

/// <summary>A package is installed and configured.</summary>
public sealed record PackageInstalled : IOperationMessage
{
    /// <summary>The operation.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The steps done, in order.</summary>
    public required IReadOnlyList<StepReport> Steps { get; init; }
}

namespace WazoPlugind.Worker.Commands;

/// <summary>Someone asks to end an operation.</summary>
public sealed record Cancellation
{
    /// <summary>The operation.</summary>
    public required Guid Uuid { get; init; }
}

namespace WazoPlugind.Worker.Steps.Reports;

/// <summary>A worker says, every few seconds while there are any, which messages it has not answered yet: what no worker has and no queue is lost.</summary>
public sealed record StepsHeld
{
    /// <summary>The ids of the messages.</summary>
    public required IReadOnlyList<Guid> Commands { get; init; }

    /// <summary>The operations that they are of.</summary>
    public IReadOnlyList<Guid> Operations { get; init; } = [];
}

using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;

namespace WazoPlugind.Worker.Steps.Reports;

/// <summary>A worker begins a step, or tells what the commands of one have written since: the orchestrator stores it, and announces steps.</summary>
public sealed record StepBegan : IOperationMessage
{
    /// <summary>The operation.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The message that asked for the work.</summary>
    public required Guid Command { get; init; }

    /// <summary>The steps of this try so far, in order; the last is under way.</summary>
    public required IReadOnlyList<StepRecord> Steps { get; init; }

    /// <summary>When this run of the work began: the same for all of its steps.</summary>
    public required DateTimeOffset BeganAt { get; init; }

    /// <summary>How many runs before ended with their process.</summary>
    public required int Kills { get; init; }

    /// <summary>Names the worker among those of the same queue.</summary>
    public required string Worker { get; init; }

    /// <summary>How many messages of the queue that worker takes at a time.</summary>
    public required int Places { get; init; }
}

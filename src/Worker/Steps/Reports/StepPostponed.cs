using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;

namespace WazoPlugind.Worker.Steps.Reports;

/// <summary>A step is to be tried later: the orchestrator sends what asked for it again, under a new id.</summary>
public sealed record StepPostponed : IOperationMessage
{
    /// <summary>The operation.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The message that asked for the work.</summary>
    public required Guid Command { get; init; }

    /// <summary>The steps of this try, in order.</summary>
    public required IReadOnlyList<StepRecord> Steps { get; init; }

    /// <summary>After how many milliseconds.</summary>
    public required int Delay { get; init; }

    /// <summary>What the next try is told.</summary>
    public required StepTry Next { get; init; }

    /// <summary>Why, in a sentence without secrets, for the log.</summary>
    public required string Reason { get; init; }
}

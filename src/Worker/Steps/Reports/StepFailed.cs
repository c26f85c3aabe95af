using WazoPlugind.Operations.Records;
using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Worker.Steps.Reports;

/// <summary>A step failed in a way that another try cannot mend; the operation ends in <c>error</c>.</summary>
public sealed record StepFailed : IStepReport
{
    /// <summary>The operation.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The message that asked for the work.</summary>
    public required Guid Command { get; init; }

    /// <summary>The steps done, in order; the last is the one that failed.</summary>
    public required IReadOnlyList<StepRecord> Steps { get; init; }

    /// <summary>How many runs ended with their process.</summary>
    public int Kills { get; init; }

    /// <summary>What went wrong.</summary>
    public required StepFailure Failure { get; init; }
}

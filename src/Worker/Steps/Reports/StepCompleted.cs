using WazoPlugind.Operations.Records;

namespace WazoPlugind.Worker.Steps.Reports;

/// <summary>What a worker was asked for is done.</summary>
/// <typeparam name="TResult">What it gives.</typeparam>
public sealed record StepCompleted<TResult> : IStepReport
    where TResult : class
{
    /// <summary>The operation.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The message that asked for the work.</summary>
    public required Guid Command { get; init; }

    /// <summary>The steps done, in order.</summary>
    public required IReadOnlyList<StepRecord> Steps { get; init; }

    /// <summary>What the work gives.</summary>
    public required TResult Result { get; init; }
}

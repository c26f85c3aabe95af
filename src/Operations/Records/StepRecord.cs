namespace WazoPlugind.Operations.Records;

/// <summary>A step that began, for the operation's history.</summary>
/// <param name="Name">The step's name, as in the progress events.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="FinishedAt">When the next step began, or the work ended; <c>null</c> while it is under way.</param>
/// <param name="Output">What its commands have written, or a part of it; <c>null</c> for nothing.</param>
public sealed record StepRecord(string Name, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, StepOutput? Output = null);

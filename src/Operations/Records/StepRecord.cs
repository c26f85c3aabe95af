namespace WazoPlugind.Operations.Records;

/// <summary>A step that began, for the operation's history.</summary>
/// <param name="Name">The step's name, as in the progress events.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="FinishedAt">When the next step began, or the work ended; <c>null</c> while it is under way.</param>
/// <param name="Output">The bounded output of the commands that it ran; empty when there was none, and while it is under way.</param>
public sealed record StepRecord(string Name, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, string Output);

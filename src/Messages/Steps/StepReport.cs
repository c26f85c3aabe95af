namespace WazoPlugind.Messages;

/// <summary>One step that was done, for the operation's history.</summary>
/// <param name="Name">The step's name, as in the progress events.</param>
/// <param name="StartedAt">When its event was confirmed.</param>
/// <param name="FinishedAt">When the next step began, or the work ended.</param>
/// <param name="Output">The bounded output of the commands that it ran; empty when there was none.</param>
public sealed record StepReport(string Name, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, string Output);

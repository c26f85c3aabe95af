namespace WazoPlugind.Worker.Steps;

/// <summary>A run of a step that was begun on this machine.</summary>
/// <param name="Message">The id of the message that asked for it.</param>
/// <param name="BeganAt">When.</param>
/// <param name="HasEnded">Whether it ended, well or not; else its process did.</param>
internal sealed record StepAttempt(Guid Message, DateTimeOffset BeganAt, bool HasEnded);

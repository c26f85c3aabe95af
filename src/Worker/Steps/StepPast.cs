namespace WazoPlugind.Worker.Steps;

/// <summary>What is known of the runs of a step before one.</summary>
/// <param name="WasInterrupted">Whether one may have ended in the middle: its process did, or the broker has given the message out before.</param>
/// <param name="WasTried">Whether there was one, however it ended.</param>
internal sealed record StepPast(bool WasInterrupted, bool WasTried);

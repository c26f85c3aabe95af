namespace WazoPlugind.Worker.Steps;

/// <summary>A message that asks for a step, as it came.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Message">The message's id: the same one when it comes again.</param>
/// <param name="Try">What it is told of the tries before.</param>
/// <param name="IsRedelivered">Whether the broker has given it to a worker before.</param>
/// <param name="SentAt">When it was sent.</param>
internal sealed record StepDelivery(Guid Operation, Guid Message, StepTry Try, bool IsRedelivered, DateTimeOffset SentAt);

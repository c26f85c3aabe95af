namespace WazoPlugind.Worker.Steps;

/// <summary>A message is not answered: the worker stopped before the report was sent, or the delivery is lost. The message goes back to the broker.</summary>
internal sealed class StepUnansweredException() : Exception("the worker stopped before the report was sent, or the delivery is lost");

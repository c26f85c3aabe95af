namespace WazoPlugind.Worker.Steps;

/// <summary>How the runs of a worker tell what they are at.</summary>
/// <param name="Reports">Sends it.</param>
/// <param name="OutputLimit">How many bytes of a step's output are kept.</param>
/// <param name="Worker">Names the worker among those of the same queue.</param>
/// <param name="Places">How many messages of the queue it takes at a time.</param>
internal sealed record StepReporting(StepReports Reports, int OutputLimit, string Worker, int Places);

using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Worker.Steps;

/// <summary>Whether a step that failed is tried again.</summary>
/// <param name="transience">What another try may mend.</param>
/// <param name="tries">How many failed before.</param>
/// <returns>After which pause, or <c>null</c> for no more.</returns>
internal delegate TimeSpan? StepRetry(Transience transience, int tries);

using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Plugins.Installation;

/// <summary>A package that is to be removed. What becomes of it are the names of those that were.</summary>
/// <param name="name">Its name.</param>
/// <param name="wasInterrupted">Whether a try before may have removed it; then it is removed by itself.</param>
/// <param name="progress">Is given its part of the output.</param>
internal sealed class WaitingRemoval(string name, bool wasInterrupted, IStepProgress progress)
    : SharedWork<StepResult<IReadOnlyList<string>>>(name, wasInterrupted, progress)
{
    /// <summary>It, and before it what depends on it.</summary>
    public string[] Packages { get; set; } = [];
}

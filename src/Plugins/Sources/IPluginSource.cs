using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Plugins.Sources;

/// <summary>
/// A kind of place that plugins come from. It either has them (<see cref="ITreeSource"/>) or says which other one has
/// (<see cref="ICatalogSource"/>).
/// </summary>
public interface IPluginSource
{
    /// <summary>Its name and its options.</summary>
    SourceMethod Method { get; }

    /// <summary>Finds out which plugins there is something newer of, without fetching any (step downloading).</summary>
    /// <param name="candidates">Installed plugins, each with a source of this kind.</param>
    /// <param name="workspace">The work directories, which it may need.</param>
    /// <param name="progress">Says when to stop. What no time is left for counts as newer: its own update tells.</param>
    /// <returns>The plugins, those among them that nobody could tell of.</returns>
    Task<StepResult<IReadOnlyList<UpdateCandidate>>> FindNewerAsync(
        IReadOnlyList<UpdateCandidate> candidates, Workspace workspace, IStepProgress progress);
}

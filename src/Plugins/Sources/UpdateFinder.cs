using WazoPlugind.Messages;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Plugins.Sources;

/// <summary>Finds out which plugins there is something newer of, without fetching any.</summary>
/// <param name="sources">Ask where the plugins came from.</param>
public sealed class UpdateFinder(IEnumerable<IPluginSource> sources)
{
    /// <summary>Finds the plugins to update (step downloading).</summary>
    /// <param name="candidates">The installed plugins.</param>
    /// <param name="workspace">Where the sources work.</param>
    /// <param name="progress">Is told the step.</param>
    /// <returns>Those that there is something newer of, and those that only their own update can tell of.</returns>
    public async Task<StepResult<IReadOnlyList<UpdateCandidate>>> FindAsync(
        IReadOnlyList<UpdateCandidate> candidates, Workspace workspace, IStepProgress progress)
    {
        progress.Begin(StepName.Downloading);
        List<UpdateCandidate> newer = [];
        foreach (var source in sources)
        {
            var own = candidates.Where(candidate => candidate.Source.Method == source.Method.Name).ToList();
            if (own.Count == 0)
                continue;
            var found = await source.FindNewerAsync(own, workspace, progress);
            if (!found.Succeeded)
                return found.Failure;
            newer.AddRange(found.Value);
        }

        return newer;
    }
}

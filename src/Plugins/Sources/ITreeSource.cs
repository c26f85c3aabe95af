using WazoPlugind.Messages;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Plugins.Sources;

/// <summary>A source that has plugins: it lays one out in the tree of its work directory. It trusts neither the plugin nor its address.</summary>
public interface ITreeSource : IPluginSource
{
    /// <summary>Fetches a plugin (step downloading) into work directories that it empties first.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="revision">What it must be; <c>null</c> for what there is now.</param>
    /// <param name="workspace">The work directories.</param>
    /// <param name="progress">Says when to stop.</param>
    /// <returns>What was fetched.</returns>
    Task<StepResult<SourceRevision>> FetchAsync(InstallOptions options, SourceRevision? revision, Workspace workspace, IStepProgress progress);

    /// <summary>Lays what was fetched out, as the user who builds (step extracting).</summary>
    /// <param name="fetched">What <see cref="FetchAsync"/> gave.</param>
    /// <param name="workspace">The work directories.</param>
    /// <param name="progress">Says when to stop.</param>
    /// <returns>The revision: with it <see cref="FetchAsync"/> brings the very same.</returns>
    /// <exception cref="IOException">What was fetched cannot be handed to the user who builds.</exception>
    Task<StepResult<SourceRevision>> ExtractAsync(SourceRevision fetched, Workspace workspace, IStepProgress progress);

    /// <summary>The directory that counts as the source's root.</summary>
    /// <param name="options">Where the plugin was fetched from.</param>
    /// <param name="workspace">The work directories.</param>
    string RootOf(InstallOptions options, Workspace workspace) => workspace.Tree;
}

using WazoPlugind.Messages;
using WazoPlugind.Plugins.Installation;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Worker.Steps.Build;

namespace WazoPlugind.Worker.Steps.Fetch;

/// <summary>Fetches and validates a plugin's source.</summary>
/// <param name="fetcher">Does it.</param>
/// <param name="packages">Is told that a package is coming.</param>
internal sealed class FetchStep(PluginFetcher fetcher, ComingPackages packages) : IStep<FetchPlugin, PluginFetched>
{
    /// <inheritdoc/>
    public static StepDefinition Definition { get; } = new TypedStepDefinition<FetchStep, FetchPlugin, PluginFetched>(
        "fetch", StepQueue.Fetch, StepName.Downloading, BuildRetry.PauseAfter);

    /// <inheritdoc/>
    public async Task<StepResult<PluginFetched>> RunAsync(FetchPlugin command, StepRun run)
    {
        using var coming = packages.Begin();
        var result = await fetcher.FetchAsync(command.Method, command.Options, command.Revision, run.Workspace, run);
        if (!result.Succeeded)
            return result.Failure;
        var fetched = result.Value;
        return new PluginFetched
        {
            Source = fetched.Source,
            Revision = fetched.Revision,
            RevisionName = fetched.SourceRevision.Name,
            Manifest = fetched.Manifest,
        };
    }
}

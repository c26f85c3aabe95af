using WazoPlugind.Messages;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Worker.Steps.Build;

namespace WazoPlugind.Worker.Steps.Updates;

/// <summary>Finds out which plugins there is something newer of.</summary>
/// <param name="finder">Does it.</param>
internal sealed class FindUpdatesStep(UpdateFinder finder) : IStep<FindUpdates, UpdatesFound>
{
    /// <inheritdoc/>
    public static StepDefinition Definition { get; } = new TypedStepDefinition<FindUpdatesStep, FindUpdates, UpdatesFound>(
        "find-updates", StepQueue.Fetch, StepName.Downloading, BuildRetry.PauseAfter);

    /// <inheritdoc/>
    public async Task<StepResult<UpdatesFound>> RunAsync(FindUpdates command, StepRun run)
    {
        var result = await finder.FindAsync(command.Plugins, run.Workspace, run);
        return result.Succeeded ? new UpdatesFound(result.Value) : result.Failure;
    }
}

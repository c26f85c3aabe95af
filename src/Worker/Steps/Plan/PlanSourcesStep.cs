using WazoPlugind.Messages;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Planning;
using WazoPlugind.Worker.Steps.Build;

namespace WazoPlugind.Worker.Steps.Plan;

/// <summary>Finds out what would become of plugins, with those that they need.</summary>
/// <param name="planner">Does it.</param>
internal sealed class PlanSourcesStep(PluginPlanner planner) : IStep<PlanSources, SourcesPlanned>
{
    /// <inheritdoc/>
    public static StepDefinition Definition { get; } = new TypedStepDefinition<PlanSourcesStep, PlanSources, SourcesPlanned>(
        "plan-sources", StepQueue.Fetch, StepName.Downloading, BuildRetry.PauseAfter);

    /// <inheritdoc/>
    public async Task<StepResult<SourcesPlanned>> RunAsync(PlanSources command, StepRun run)
    {
        var result = await planner.PlanAsync(command.Wanted, command.Installed, run.Workspace, run);
        return result.Succeeded ? new SourcesPlanned(result.Value) : result.Failure;
    }
}

using WazoPlugind.Debian.Apt;
using WazoPlugind.Debian.Database;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Planning;
using WazoPlugind.Worker.Steps.Install;

namespace WazoPlugind.Worker.Steps.Plan;

/// <summary>Finds out what apt-get would do for Debian packages that are needed. It waits for no one who installs.</summary>
/// <param name="packageManager">Asks it.</param>
/// <param name="dpkg">Knows what is there.</param>
internal sealed class PlanPackagesStep(PackageManager packageManager, DpkgStatus dpkg) : IStep<PlanPackages, PackagesPlanned>
{
    // No step of an operation that changes something, so no event has it.
    private const string Step = "planning";

    /// <inheritdoc/>
    public static StepDefinition Definition { get; } = new TypedStepDefinition<PlanPackagesStep, PlanPackages, PackagesPlanned>(
        "plan-packages", StepQueue.Install, Step, InstallRetry.PauseAfter);

    /// <inheritdoc/>
    public async Task<StepResult<PackagesPlanned>> RunAsync(PlanPackages command, StepRun run)
    {
        run.Begin(Step);
        var missing = dpkg.Unsatisfied(string.Join(", ", command.Depends));
        if (missing.Count == 0)
            return new PackagesPlanned(AptChanges.None, Problem: null, WasAsked: false);
        var (result, changes) = await packageManager.SimulateAsync(string.Join(", ", missing), run.Remaining, run.Print, run.Cancellation);
        if (changes is not null)
            return new PackagesPlanned(changes, Problem: null, WasAsked: true);
        var reason = $"the packages that are needed ({string.Join(", ", missing)}) could not be installed";
        return new PackagesPlanned(AptChanges.None, new PlanProblem(StepFailure.Of(StepName.Installing, reason, result)), WasAsked: true);
    }
}

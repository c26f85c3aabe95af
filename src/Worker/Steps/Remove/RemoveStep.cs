using WazoPlugind.Messages;
using WazoPlugind.Plugins.Installation;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Worker.Steps.Install;

namespace WazoPlugind.Worker.Steps.Remove;

/// <summary>Removes a plugin's package.</summary>
/// <param name="remover">Does it.</param>
internal sealed class RemoveStep(PackageRemover remover) : IStep<RemovePackage, PackageRemoved>
{
    /// <inheritdoc/>
    public static StepDefinition Definition { get; } = new TypedStepDefinition<RemoveStep, RemovePackage, PackageRemoved>(
        "remove", StepQueue.Install, StepName.Removing, InstallRetry.PauseAfter);

    /// <inheritdoc/>
    public async Task<StepResult<PackageRemoved>> RunAsync(RemovePackage command, StepRun run)
    {
        var result = await remover.RemoveAsync(command.Namespace, command.Name, run.WasInterrupted || run.WasTried, run);
        return result.Succeeded ? new PackageRemoved(result.Value) : result.Failure;
    }
}

using WazoPlugind.Messages;
using WazoPlugind.Plugins.Installation;
using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Worker.Steps.Install;

/// <summary>Installs a built package.</summary>
/// <param name="installer">Does it.</param>
internal sealed class InstallStep(AptInstaller installer) : IStep<InstallPackage, PackageInstalled>
{
    /// <inheritdoc/>
    public static StepDefinition Definition { get; } = new TypedStepDefinition<InstallStep, InstallPackage, PackageInstalled>(
        "install", StepQueue.Install, StepName.Installing, InstallRetry.PauseAfter);

    /// <inheritdoc/>
    public async Task<StepResult<PackageInstalled>> RunAsync(InstallPackage command, StepRun run)
    {
        var result = await installer.InstallAsync(command.Uuid, command.Package, run.WaitingSince, run.WasInterrupted, run);
        return result.Succeeded ? new PackageInstalled() : result.Failure;
    }
}

using WazoPlugind.Messages;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Installation;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Worker.Steps.Build;

/// <summary>Builds the package of a fetched plugin.</summary>
/// <param name="fetcher">Finds the source, or fetches it again.</param>
/// <param name="builder">Builds.</param>
/// <param name="workspaces">Knows whether the package is where the installer finds it.</param>
/// <param name="packages">Is told that a package is coming.</param>
/// <param name="time">The clock of the packages.</param>
internal sealed class BuildStep(
    PluginFetcher fetcher, DebianPackageBuilder builder, WorkspaceFactory workspaces, ComingPackages packages, TimeProvider time)
    : IStep<BuildPlugin, PluginBuilt>
{
    // RabbitMQ takes messages of 128 MiB, and text makes a third more of the bytes.
    private const long LargestMessage = 64 * 1024 * 1024;

    /// <inheritdoc/>
    public static StepDefinition Definition { get; } = new TypedStepDefinition<BuildStep, BuildPlugin, PluginBuilt>(
        "build", StepQueue.Build, StepName.Building, BuildRetry.PauseAfter);

    /// <inheritdoc/>
    public async Task<StepResult<PluginBuilt>> RunAsync(BuildPlugin command, StepRun run)
    {
        using var coming = packages.Begin();
        var revision = new SourceRevision(command.Revision, command.RevisionName);
        var fetched = await fetcher.OpenAsync(command.Source, revision, command.Manifest, run.Workspace, run);
        if (!fetched.Succeeded)
            return fetched.Failure;
        var provenance = Provenance.Of(command.Requested.Method, fetched.Value, command.Uuid, time.GetUtcNow());
        var built = await builder.BuildAsync(fetched.Value, provenance, run.Workspace, run);
        if (!built.Succeeded)
            return built.Failure;
        return workspaces.AreShared ? new PluginBuilt(built.Value) : await PackAsync(built.Value, run.Cancellation);
    }

    private static async Task<StepResult<PluginBuilt>> PackAsync(PackageArtifact package, CancellationToken cancellationToken) =>
        package.Size <= LargestMessage
            ? new PluginBuilt(package with { Content = await File.ReadAllBytesAsync(package.Path, cancellationToken) })
            : StepFailure.Of(
                StepName.Packaging,
                $"the package has {package.Size} bytes, and the broker carries {LargestMessage}: builder and installer need a shared directory (worker.package_transfer)");
}

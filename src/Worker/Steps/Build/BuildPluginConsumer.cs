using MassTransit;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Worker.Steps.Build;

/// <summary>Builds the package of a fetched plugin.</summary>
/// <param name="fetcher">Finds the source, or fetches it again.</param>
/// <param name="builder">Builds.</param>
/// <param name="workspaces">Knows where.</param>
/// <param name="time">The clock of the packages.</param>
internal sealed class BuildPluginConsumer(
    PluginFetcher fetcher, DebianPackageBuilder builder, WorkspaceFactory workspaces, TimeProvider time) : IConsumer<BuildPlugin>
{
    // RabbitMQ takes messages of 128 MiB, and text makes a third more of the bytes.
    private const long LargestMessage = 64 * 1024 * 1024;

    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<BuildPlugin> context)
    {
        var command = context.Message;
        var workspace = workspaces.Of(command.Uuid);
        var fetched = await fetcher.OpenAsync(
            command.Source, command.Commit, command.Method, command.Options, workspace, context.Progress().Stopping);
        var result = fetched.Succeeded
            ? await builder.BuildAsync(
                fetched.Value.Root,
                fetched.Value.Manifest,
                Provenance.Of(command, fetched.Value.Manifest.Plugin.Version, time.GetUtcNow()),
                command.Options,
                workspace,
                context.Progress(),
                context.Progress().Stopping)
            : fetched.Error;
        if (result.Succeeded && !workspaces.AreShared)
            result = await PackAsync(result.Value, command, context.Progress().Stopping);
        await context.ReportAsync(result, (package, steps) => new PluginBuilt { Uuid = command.Uuid, Package = package, Steps = steps });
    }

    private static async Task<StepResult<PackageArtifact>> PackAsync(PackageArtifact package, BuildPlugin command, CancellationToken cancellationToken) =>
        package.Size <= LargestMessage
            ? package with { Content = await File.ReadAllBytesAsync(package.Path, cancellationToken) }
            : OperationErrors.Step(
                StepName.Packaging,
                command.Method,
                command.Options,
                $"the package has {package.Size} bytes, and the broker carries {LargestMessage}: builder and installer need a shared directory (worker.package_transfer)");
}

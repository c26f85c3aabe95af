using MassTransit;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Operations;
using WazoPlugind.Plugins.Packaging;

namespace WazoPlugind.Worker.Build;

/// <summary>Builds the package of a fetched plugin.</summary>
/// <param name="fetcher">Finds the source, or fetches it again.</param>
/// <param name="builder">Builds.</param>
/// <param name="workspaces">Knows where.</param>
/// <param name="time">The clock of the packages.</param>
internal sealed class BuildPluginConsumer(
    PluginFetcher fetcher, DebianPackageBuilder builder, WorkspaceFactory workspaces, TimeProvider time) : IConsumer<BuildPlugin>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<BuildPlugin> context)
    {
        var command = context.Message;
        var workspace = workspaces.Of(command.Uuid);
        var fetched = await fetcher.OpenAsync(
            command.Source, command.Commit, command.Method, command.Options, workspace, context.CancellationToken);
        var result = fetched.Succeeded
            ? await builder.BuildAsync(
                fetched.Value.Root,
                fetched.Value.Manifest,
                Provenance.Of(command, fetched.Value.Manifest.Plugin.Version, time.GetUtcNow()),
                command.Options,
                workspace,
                context.Progress(),
                context.CancellationToken)
            : fetched.Error;
        if (!result.Succeeded)
            workspace.Delete();
        await context.ReportAsync(result, (package, steps) => new PluginBuilt { Uuid = command.Uuid, Package = package, Steps = steps });
    }
}

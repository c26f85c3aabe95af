using MassTransit;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Operations;

namespace WazoPlugind.Worker.Build;

/// <summary>Fetches and validates a plugin's source.</summary>
/// <param name="fetcher">Does it.</param>
/// <param name="workspaces">Knows where.</param>
internal sealed class FetchPluginConsumer(PluginFetcher fetcher, WorkspaceFactory workspaces) : IConsumer<FetchPlugin>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<FetchPlugin> context)
    {
        var command = context.Message;
        var workspace = workspaces.Of(command.Uuid);
        var result = await fetcher.FetchAsync(
            command.Method, command.Options, workspace, context.Progress(), context.Progress().Stopping);
        await context.ReportAsync(result, (plugin, steps) => new PluginFetched
        {
            Uuid = command.Uuid,
            Source = plugin.Source,
            Commit = plugin.Commit,
            Plugin = plugin.Manifest.Plugin,
            Depends = plugin.Manifest.Depends,
            Steps = steps,
        });
    }
}

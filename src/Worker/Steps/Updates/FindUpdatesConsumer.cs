using MassTransit;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Worker.Steps.Build;

namespace WazoPlugind.Worker.Steps.Updates;

/// <summary>Finds out which plugins there is something newer of.</summary>
/// <param name="finder">Does it.</param>
/// <param name="workspaces">Knows where.</param>
internal sealed class FindUpdatesConsumer(UpdateFinder finder, WorkspaceFactory workspaces) : IConsumer<FindUpdates>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<FindUpdates> context)
    {
        var workspace = workspaces.Of(context.Message.Uuid);
        var result = await finder.FindAsync(context.Message.Plugins, workspace, context.Progress(), context.Progress().Stopping);
        await context.ReportAsync(result, (plugins, steps) => new UpdatesFound
        {
            Uuid = context.Message.Uuid,
            Plugins = plugins,
            Steps = steps,
        });
    }
}

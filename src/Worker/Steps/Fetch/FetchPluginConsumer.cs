using MassTransit;
using Microsoft.Extensions.Logging;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Worker.Steps.Build;

namespace WazoPlugind.Worker.Steps.Fetch;

/// <summary>Fetches and validates a plugin's source. What has to be tried again waits in the queue.</summary>
/// <param name="fetcher">Does it.</param>
/// <param name="workspaces">Knows where.</param>
/// <param name="time">The clock of the tries.</param>
/// <param name="logger">Is told of the tries.</param>
internal sealed partial class FetchPluginConsumer(
    PluginFetcher fetcher, WorkspaceFactory workspaces, TimeProvider time, ILogger<FetchPluginConsumer> logger) : IConsumer<FetchPlugin>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<FetchPlugin> context)
    {
        var command = context.Message;
        var workspace = workspaces.Of(command.Uuid);
        if (command.IsAnnounced)
            context.Progress().SkipAnnouncement(StepName.Downloading);
        StepResult<FetchedPlugin> result;
        try
        {
            result = await fetcher.FetchAsync(command.Method, command.Options, workspace, context.Progress(), context.Progress().Stopping);
        }
        catch (TransientStepException e) when (BuildRetry.PauseAfter(e, command.Tries) is { } pause)
        {
            await TryLaterAsync(context, e, pause);
            return;
        }
        catch (TransientStepException e)
        {
            result = e.Error;
        }

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

    private async Task TryLaterAsync(ConsumeContext<FetchPlugin> context, TransientStepException failure, TimeSpan pause)
    {
        var command = context.Message;
        var later = command with
        {
            Tries = failure.IsUntried ? command.Tries : command.Tries + 1,
            NotBefore = time.GetUtcNow() + pause,
            IsAnnounced = true,
        };
        if (!failure.IsUntried || command.NotBefore is null)
            LogTryLater(command.Uuid, failure.Message.ReplaceLineEndings("; "), pause.TotalSeconds);
        await context.SendToAsync(FetchPauses.QueueOf(context), later, context.CancellationToken);
    }

    [LoggerMessage(LogLevel.Warning, "The source of {Operation} cannot be fetched now, and is tried again in {Seconds} s: {Reason}")]
    private partial void LogTryLater(Guid operation, string reason, double seconds);
}

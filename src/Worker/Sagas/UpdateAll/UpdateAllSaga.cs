using MassTransit;
using Microsoft.Extensions.Logging;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Worker.Events;
using WazoPlugind.Worker.Sagas.Install;
using WazoPlugind.Worker.Steps.Build;

namespace WazoPlugind.Worker.Sagas.UpdateAll;

/// <summary>Coordinates an update of all plugins: looks for what is newer, and lets operations of their own update that.</summary>
internal sealed class UpdateAllSaga : OperationSaga<UpdateAllState>
{
    private readonly InstalledPlugins _installed;

    /// <summary>Describes the flow.</summary>
    public UpdateAllSaga(
        PlugindConfiguration configuration,
        InstalledPlugins installed,
        OperationEvents events,
        FairShare shares,
        PluginTurns turns,
        WorkspaceFactory workspaces,
        TimeProvider time,
        ILogger<UpdateAllSaga> logger)
        : base(OperationKind.Install, configuration, events, shares, turns, workspaces, time, logger)
    {
        _installed = installed;
        Event(() => Requested, requested => requested.CorrelateById(context => context.Message.Uuid));
        Event(() => Found, Correlate);
        Event(() => ChildEnded, Correlate);

        Initially(WhenRequested(Requested, (saga, command) => saga.Requester = command.Requester, update => update
            .ThenAsync(context => SendStepAsync(context, Queues.Fetch, Find(context.Saga)))
            .TransitionTo(Finding)));

        During(Finding,
            When(Found)
                .Then(context => context.Saga.NewSteps.AddRange(context.Message.Steps))
                .Then(context => context.Saga.Children =
                    [.. context.Message.Plugins.Select(plugin => ChildOperation.Of(plugin, context.Saga.CorrelationId))])
                .IfElse(
                    context => context.Saga.Children.Count == 0,
                    nothing => nothing.ThenAsync(CompleteAsync).TransitionTo(Completed),
                    newer => newer.ThenAsync(SendUpdatesAsync).TransitionTo(AwaitingUpdates)),
            WhenStepFailed());

        During(AwaitingUpdates,
            WhenChildrenEnded(ChildEnded, UpdatesError, updated => updated.ThenAsync(CompleteAsync).TransitionTo(Completed)),
            WhenStepFailed());
    }

    /// <summary>A builder looks for what is newer.</summary>
    public State Finding { get; private set; } = null!;

    /// <summary>Operations of their own update the plugins.</summary>
    public State AwaitingUpdates { get; private set; } = null!;

    /// <summary>Someone asks for the updates.</summary>
    public Event<UpdateAllPluginsCommand> Requested { get; private set; } = null!;

    /// <summary>What there is something newer of is known.</summary>
    public Event<UpdatesFound> Found { get; private set; } = null!;

    /// <summary>The operation of a plugin ended.</summary>
    public Event<ChildEnded> ChildEnded { get; private set; } = null!;

    private async Task SendUpdatesAsync(BehaviorContext<UpdateAllState> context)
    {
        foreach (var update in context.Saga.Children)
        {
            await SendAsync(context, Queues.Commands, new UpdatePluginCommand
            {
                Uuid = update.Operation,
                Namespace = update.Plugin.Namespace,
                Name = update.Plugin.Name,
                Parent = new OperationParent(context.Saga.CorrelationId, []),
                Requester = context.Saga.Requester,
            });
        }
    }

    private static OperationError UpdatesError(UpdateAllState saga) => WithChildren(
        saga, "updates", reasons => OperationErrors.Step(StepName.Installing, $"these plugins could not be updated: {reasons}"));

    private FindUpdates Find(UpdateAllState saga) => new()
    {
        Uuid = saga.CorrelationId,
        Plugins = [.. _installed.List().Select(Candidate)],
    };

    private UpdateCandidate Candidate(InstalledPlugin plugin)
    {
        var provenance = Provenance.Find(Configuration, plugin.Namespace, plugin.Name);
        var (method, options) = new UpdateRequest(new PluginReference(plugin.Namespace, plugin.Name), Ref: null).SourceFrom(provenance);
        return new UpdateCandidate(new PluginReference(plugin.Namespace, plugin.Name, plugin.Version), method, options, provenance?.Commit);
    }
}

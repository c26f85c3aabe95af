using MassTransit;
using Microsoft.Extensions.Logging;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Worker.Commands;
using WazoPlugind.Worker.Sagas.Install;
using WazoPlugind.Worker.Steps.Reports;
using WazoPlugind.Worker.Steps.Updates;

namespace WazoPlugind.Worker.Sagas.UpdateAll;

/// <summary>Coordinates an update of all plugins: looks for what is newer, and lets operations of their own update that.</summary>
internal sealed class UpdateAllSaga : OperationSaga<UpdateAllState>
{
    private readonly PlugindConfiguration _configuration;
    private readonly InstalledPlugins _installed;

    /// <summary>Describes the flow.</summary>
    /// <param name="configuration">Says where provenance is kept.</param>
    /// <param name="installed">Knows the installed plugins.</param>
    /// <param name="logger">Is told of beginnings and ends.</param>
    public UpdateAllSaga(PlugindConfiguration configuration, InstalledPlugins installed, ILogger<UpdateAllSaga> logger)
        : base("Update of all", logger)
    {
        (_configuration, _installed) = (configuration, installed);
        Event(() => Requested, Begin);
        Event(() => Found, Correlate);
        Event(() => ChildEnded, Correlate);

        Initially(OnRequested(Requested, (_, _) => { }, (operation, _) => Find(operation)));

        During(Finding, OnCompleted(Found, Update), OnStepFailed());

        During(AwaitingUpdates, OnChildEnded(ChildEnded, () => AwaitingUpdates, UpdatesError, Complete));
    }

    /// <summary>A builder looks for what is newer.</summary>
    public State Finding { get; private set; } = null!;

    /// <summary>Operations of their own update the plugins.</summary>
    public State AwaitingUpdates { get; private set; } = null!;

    /// <summary>Someone asks for the updates.</summary>
    public Event<Requested<UpdateAllPluginsCommand>> Requested { get; private set; } = null!;

    /// <summary>What there is something newer of is known.</summary>
    public Event<StepCompleted<UpdatesFound>> Found { get; private set; } = null!;

    /// <summary>The operation of a plugin ended.</summary>
    public Event<ChildEnded> ChildEnded { get; private set; } = null!;

    /// <summary>What is known of an installed plugin, to find out whether there is something newer.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <param name="configuration">Says where provenance is kept.</param>
    internal static UpdateCandidate CandidateOf(InstalledPlugin plugin, PlugindConfiguration configuration)
    {
        var provenance = Provenance.Find(configuration, plugin.Namespace, plugin.Name);
        var source = new UpdateRequest(new PluginReference(plugin.Namespace, plugin.Name), Ref: null).FindSource(provenance);
        return new UpdateCandidate(new PluginReference(plugin.Namespace, plugin.Name, plugin.Version), source, provenance?.Revision);
    }

    private State Find(UpdateAllState operation)
    {
        operation.Send(new FindUpdates { Uuid = operation.CorrelationId, Plugins = [.. _installed.List().Select(plugin => CandidateOf(plugin, _configuration))] });
        return Finding;
    }

    private State Update(UpdateAllState operation, UpdatesFound found)
    {
        if (found.Plugins.Count == 0)
            return Complete(operation);
        var updates = found.Plugins
            .Select(candidate => (ChildOperation.Of(candidate.Plugin, operation.CorrelationId), candidate.Source))
            .ToList();
        operation.Children = [.. updates.Select(update => update.Item1)];
        foreach (var (update, source) in updates)
        {
            operation.Send(new Requested<UpdatePluginCommand>
            {
                Command = new UpdatePluginCommand { Uuid = update.Operation, Namespace = update.Plugin.Namespace, Name = update.Plugin.Name },
                Parent = new OperationParent(operation.CorrelationId, []),
                Requester = operation.Requester,
                Source = source,
            });
        }

        return AwaitingUpdates;
    }

    private static OperationError UpdatesError(UpdateAllState operation) => OperationErrors.OfParts(
        reasons => operation.ErrorOf(StepFailure.Of(StepName.Installing, $"these plugins could not be updated: {reasons}")),
        "updates",
        [.. operation.FailedChildren]);
}

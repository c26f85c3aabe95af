using MassTransit;
using Microsoft.Extensions.Logging;
using WazoPlugind.Debian.Apt;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Installation;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Planning;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Worker.Commands;
using WazoPlugind.Worker.Sagas.Install;
using WazoPlugind.Worker.Sagas.UpdateAll;
using WazoPlugind.Worker.Steps.Plan;
using WazoPlugind.Worker.Steps.Reports;
using WazoPlugind.Worker.Steps.Updates;

namespace WazoPlugind.Worker.Sagas.Plan;

/// <summary>
/// Coordinates a plan: what an operation would do. It takes no turn on a plugin. What that operation would end in is part of the plan; an
/// error of its own is only what kept it from being made.
/// </summary>
internal sealed class PlanSaga : OperationSaga<PlanState>
{
    private readonly PlugindConfiguration _configuration;
    private readonly InstalledPlugins _installed;
    private readonly BrokenPlugins _broken;
    private readonly RemovalPlanner _removals;
    private readonly PlanDocument _document;

    /// <summary>Describes the flow.</summary>
    /// <param name="configuration">Says where provenance is kept.</param>
    /// <param name="installed">Knows the installed plugins.</param>
    /// <param name="broken">Knows the broken ones.</param>
    /// <param name="removals">Knows what a removal takes with it.</param>
    /// <param name="document">Writes the plan.</param>
    /// <param name="logger">Is told of beginnings and ends.</param>
    public PlanSaga(
        PlugindConfiguration configuration,
        InstalledPlugins installed,
        BrokenPlugins broken,
        RemovalPlanner removals,
        PlanDocument document,
        ILogger<PlanSaga> logger)
        : base("Plan", logger)
    {
        (_configuration, _installed, _broken, _removals, _document) = (configuration, installed, broken, removals, document);
        Event(() => Requested, Begin);
        Event(() => Found, Correlate);
        Event(() => Sources, Correlate);
        Event(() => Packages, Correlate);

        Initially(OnRequested(Requested, Accept, (operation, _) => operation.Wanted!.Action switch
        {
            OperationAction.Uninstall => PlanRemoval(operation),
            OperationAction.Update => operation.Plugin is null ? Find(operation) : PlanUpdate(operation),
            _ => PlanInstallation(operation),
        }));

        During(Finding, OnCompleted(Found, PlanUpdates), OnStepFailed());

        During(Fetching, OnCompleted(Sources, PlanPackages), OnStepFailed());

        During(AskingApt, OnCompleted(Packages, End), OnStepFailed());
    }

    /// <summary>A builder looks for what is newer.</summary>
    public State Finding { get; private set; } = null!;

    /// <summary>A builder fetches the sources.</summary>
    public State Fetching { get; private set; } = null!;

    /// <summary>An installer asks what apt-get would do.</summary>
    public State AskingApt { get; private set; } = null!;

    /// <summary>Someone asks for a plan.</summary>
    public Event<Requested<PlanOperationCommand>> Requested { get; private set; } = null!;

    /// <summary>What there is something newer of is known.</summary>
    public Event<StepCompleted<UpdatesFound>> Found { get; private set; } = null!;

    /// <summary>What would become of plugins is known.</summary>
    public Event<StepCompleted<SourcesPlanned>> Sources { get; private set; } = null!;

    /// <summary>What apt-get would do is known.</summary>
    public Event<StepCompleted<PackagesPlanned>> Packages { get; private set; } = null!;

    private static void Accept(PlanState operation, PlanOperationCommand command)
    {
        var options = command.Options is { } given ? given with { Url = operation.TakeUrl(given.Url) } : null;
        operation.Wanted = command with { Options = options };
        operation.Source = command.Method is { } method ? new PluginOrigin(method, options!) : null;
        operation.Plugin = command.Name is { } name
            ? new PluginReference(command.Namespace!, name)
            : PluginSources.Find(command.Method)?.PluginOf(options!);
    }

    private State PlanRemoval(PlanState operation)
    {
        var (removed, problem) = _removals.Plan(operation.Plugin!.Namespace, operation.Plugin.Name);
        operation.Plan = _document.OfRemoval(removed, problem is null ? null : (operation.ErrorOf(problem), operation.Plugin));
        return Complete(operation);
    }

    private State PlanInstallation(PlanState operation)
    {
        var wanted = operation.Wanted!;
        // Nothing would be fetched to see that.
        if (wanted is { Reinstall: not true, Revision: null }
            && operation.Plugin is { } plugin
            && Versions().FirstOrDefault(there => there.Plugin.ToString() == plugin.ToString()) is { IsBroken: false } there
            && (plugin.Version ?? there.Plugin.Version) == there.Plugin.Version)
        {
            operation.Plan = PlanDocument.OfInstalled(there.Plugin);
            return Complete(operation);
        }

        return Fetch(operation, new WantedPlugin(operation.Source!)
        {
            Plugin = operation.Plugin,
            Revision = wanted.Revision,
            Reinstall = wanted.Reinstall == true,
        });
    }

    private State PlanUpdate(PlanState operation)
    {
        var (wanted, plugin) = (operation.Wanted!, operation.Plugin!);
        var update = new UpdateRequest(plugin with { Version = wanted.Version }, wanted.Options?.Ref)
        {
            Url = wanted.Options?.Url,
            Sha256 = wanted.Options?.Sha256,
            Subdirectory = wanted.Options?.Subdirectory,
        };
        operation.Source = update.FindSource(Provenance.Find(_configuration, plugin.Namespace, plugin.Name));
        var problem = _installed.Find(plugin.Namespace, plugin.Name) is null ? "the plugin is not installed" : PluginSources.ProblemOf(operation.Source);
        if (problem is null)
            return Fetch(operation, new WantedPlugin(operation.Source) { Plugin = plugin, WantsNewer = update.WantsNewer });
        return End(operation, new PluginPlan([], [new PlanProblem(StepFailure.Of(StepName.Downloading, problem), plugin, operation.Source)]));
    }

    private State Find(PlanState operation)
    {
        operation.Send(new FindUpdates
        {
            Uuid = operation.CorrelationId,
            Plugins = [.. _installed.List().Select(plugin => UpdateAllSaga.CandidateOf(plugin, _configuration))],
        });
        return Finding;
    }

    private State PlanUpdates(PlanState operation, UpdatesFound found)
    {
        var problems = found.Plugins
            .Select(candidate => (Candidate: candidate, Reason: PluginSources.ProblemOf(candidate.Source)))
            .Where(problem => problem.Reason is not null)
            .Select(problem => new PlanProblem(StepFailure.Of(StepName.Downloading, problem.Reason!), problem.Candidate.Plugin, problem.Candidate.Source))
            .ToList();
        operation.Plugins = new PluginPlan([], problems);
        return Fetch(operation, [.. found.Plugins
            .Where(candidate => problems.All(problem => problem.Plugin != candidate.Plugin))
            .Select(candidate => new WantedPlugin(candidate.Source) { Plugin = candidate.Plugin, WantsNewer = true })]);
    }

    private State Fetch(PlanState operation, params IReadOnlyList<WantedPlugin> wanted)
    {
        if (wanted.Count == 0)
            return End(operation, operation.Plugins ?? new PluginPlan([], []));
        operation.Send(new PlanSources { Uuid = operation.CorrelationId, Wanted = wanted, Installed = [.. Versions()] });
        return Fetching;
    }

    private State PlanPackages(PlanState operation, SourcesPlanned planned)
    {
        var plan = planned.Plan with { Problems = [.. operation.Plugins?.Problems ?? [], .. planned.Plan.Problems] };
        operation.Plugins = plan;
        if (operation.Wanted is not { Action: OperationAction.Update, Name: null }
            && plan.Plugins.FirstOrDefault(plugin => plugin.NeededBy is null) is { } asked)
        {
            operation.Plugin = asked.Plugin;
        }

        List<string> depends = [.. plan.Plugins.Where(plugin => !plugin.IsSatisfied).SelectMany(plugin => plugin.DebianDepends).Distinct()];
        if (depends.Count == 0)
            return End(operation, plan);
        operation.Send(new PlanPackages { Uuid = operation.CorrelationId, Depends = depends });
        return AskingApt;
    }

    private State End(PlanState operation, PackagesPlanned packages)
    {
        var plugins = operation.Plugins!;
        return End(operation, packages.Problem is { } problem ? plugins with { Problems = [.. plugins.Problems, problem] } : plugins, packages);
    }

    private State End(PlanState operation, PluginPlan plugins, PackagesPlanned? packages = null)
    {
        operation.Plugins = null;
        operation.Plan = _document.Of(
            plugins,
            packages?.Changes ?? AptChanges.None,
            packages?.WasAsked == true,
            [.. plugins.Problems.Select(problem => (OperationErrors.Of(
                problem.Failure, problem.Source is { } source ? PluginSources.Shown(source, problem.Failure.Source) : null), problem.Plugin))]);
        return Complete(operation);
    }

    private IEnumerable<InstalledVersion> Versions() => _installed.List().Select(plugin => new InstalledVersion(
        new PluginReference(plugin.Namespace, plugin.Name, plugin.Version),
        Provenance.Find(_configuration, plugin.Namespace, plugin.Name)?.Revision,
        _broken.Find(plugin.Package) is not null)).DistinctBy(version => version.Plugin.ToString());
}

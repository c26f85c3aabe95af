using MassTransit;
using Microsoft.Extensions.Logging;
using WazoPlugind.Debian.Versions;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Worker.Commands;
using WazoPlugind.Worker.Steps.Build;
using WazoPlugind.Worker.Steps.Fetch;
using WazoPlugind.Worker.Steps.Install;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Sagas.Install;

/// <summary>Coordinates an installation, or an update: fetch, dependencies, build, install, clean.</summary>
internal sealed class InstallSaga : OperationSaga<InstallState>
{
    private readonly PlugindConfiguration _configuration;
    private readonly InstalledPlugins _installed;
    private readonly BrokenPlugins _broken;

    /// <summary>Describes the flow.</summary>
    /// <param name="configuration">Says where provenance is kept.</param>
    /// <param name="installed">Knows the installed plugins.</param>
    /// <param name="broken">Knows the broken ones.</param>
    /// <param name="logger">Is told of beginnings and ends.</param>
    public InstallSaga(PlugindConfiguration configuration, InstalledPlugins installed, BrokenPlugins broken, ILogger<InstallSaga> logger)
        : base("Install", logger)
    {
        (_configuration, _installed, _broken) = (configuration, installed, broken);
        Event(() => Requested, Begin);
        Event(() => UpdateRequested, Begin);
        Event(() => Fetched, Correlate);
        Event(() => ChildEnded, Correlate);
        Event(() => Built, Correlate);
        Event(() => Installed, Correlate);

        Initially(
            OnRequested(Requested, Accept, (operation, _) => BeginWork(operation)),
            OnRequested(UpdateRequested, Accept, (operation, request) =>
            {
                operation.Update = operation.Update! with { Source = request.Source };
                return BeginWork(operation);
            }));

        During(Waiting, On(TurnCame, (operation, _) => BeginWork(operation)));

        During(Fetching, OnCompleted(Fetched, Continue), OnStepFailed());

        During(WaitingFetched, On(TurnCame, (operation, _) => InstallDependencies(operation)));

        During(AwaitingDependencies, OnChildEnded(ChildEnded, () => AwaitingDependencies, DependenciesError, Build));

        During(Building, OnCompleted(Built, Install), OnStepFailed());

        During(Installing, OnCompleted(Installed, Clean), OnStepFailed());
    }

    /// <summary>Another operation works on the plugin; nothing is fetched yet.</summary>
    public State Waiting { get; private set; } = null!;

    /// <summary>A builder fetches the source.</summary>
    public State Fetching { get; private set; } = null!;

    /// <summary>Another operation works on the plugin, as its manifest has shown.</summary>
    public State WaitingFetched { get; private set; } = null!;

    /// <summary>Operations of their own install what it needs.</summary>
    public State AwaitingDependencies { get; private set; } = null!;

    /// <summary>A builder builds the package.</summary>
    public State Building { get; private set; } = null!;

    /// <summary>The installer installs the package.</summary>
    public State Installing { get; private set; } = null!;

    /// <summary>Someone asks for the installation.</summary>
    public Event<Requested<InstallPluginCommand>> Requested { get; private set; } = null!;

    /// <summary>Someone asks for something newer.</summary>
    public Event<Requested<UpdatePluginCommand>> UpdateRequested { get; private set; } = null!;

    /// <summary>The source is fetched.</summary>
    public Event<StepCompleted<PluginFetched>> Fetched { get; private set; } = null!;

    /// <summary>The operation of a dependency ended.</summary>
    public Event<ChildEnded> ChildEnded { get; private set; } = null!;

    /// <summary>The package is built.</summary>
    public Event<StepCompleted<PluginBuilt>> Built { get; private set; } = null!;

    /// <summary>The package is installed.</summary>
    public Event<StepCompleted<PackageInstalled>> Installed { get; private set; } = null!;

    private static void Accept(InstallState operation, InstallPluginCommand command)
    {
        operation.Method = command.Method;
        operation.Options = command.Options with { Url = operation.TakeUrl(command.Options.Url) };
        operation.Reinstall = command.Reinstall;
        operation.WantedRevision = command.Revision;
    }

    private static void Accept(InstallState operation, UpdatePluginCommand command) =>
        operation.Update = new UpdateRequest(new PluginReference(command.Namespace, command.Name, command.Version), command.Ref)
        {
            Url = operation.TakeUrl(command.Url),
            Sha256 = command.Sha256,
            Subdirectory = command.Subdirectory,
        };

    // A plugin that is asked for by its name is known; that of another source once its manifest is read.
    private State BeginWork(InstallState operation)
    {
        if (operation.Wanted is not { } wanted)
            return Fetch(operation);
        // What is needed and there is nobody else's business: whoever works on it leaves it there, or fails by itself.
        if (operation.Parent is { Path.Count: > 0 } && IsInstalledAsWanted(operation))
            return CompleteAtOnce(operation);
        if (Wait(operation, wanted, Waiting, () => DeadlockError(operation, wanted)) is { } next)
            return next;
        if (operation.Update is { } update)
            return BeginUpdate(operation, update);
        return IsInstalledAsWanted(operation) ? CompleteAtOnce(operation) : Fetch(operation);
    }

    private State CompleteAtOnce(InstallState operation)
    {
        operation.Announce(StepName.Downloading);
        return Complete(operation);
    }

    private State BeginUpdate(InstallState operation, UpdateRequest update)
    {
        var source = update.FindSource(Provenance.Find(_configuration, update.Plugin.Namespace, update.Plugin.Name));
        (operation.Method, operation.Options) = (source.Method, source.Options);
        if (ProblemOf(operation, update) is not { } problem)
            return Fetch(operation);
        operation.Announce(StepName.Downloading);
        return Fail(operation, StepName.Downloading, problem);
    }

    private string? ProblemOf(InstallState operation, UpdateRequest update)
    {
        if (_installed.Find(update.Plugin.Namespace, update.Plugin.Name) is null)
            return "the plugin is not installed";
        return PluginSources.ProblemOf(new(operation.Method, operation.Options));
    }

    private State Fetch(InstallState operation)
    {
        operation.Send(new FetchPlugin
        {
            Uuid = operation.CorrelationId,
            Method = operation.Method,
            Options = operation.Options,
            Revision = operation.WantedRevision,
        });
        return Fetching;
    }

    private State Continue(InstallState operation, PluginFetched fetched)
    {
        (operation.Revision, operation.RevisionName) = (fetched.Revision, fetched.RevisionName);
        operation.Source = fetched.Source with { Options = fetched.Source.Options with { Url = operation.TakeUrl(fetched.Source.Options.Url) } };
        operation.Manifest = fetched.Manifest;
        return InstallDependencies(operation);
    }

    private State InstallDependencies(InstallState operation)
    {
        var plugin = new PluginReference(operation.Plugin!.Namespace, operation.Plugin.Name);
        if (Wait(operation, plugin, WaitingFetched, () => DeadlockError(operation, plugin)) is { } next)
            return next;
        if (IsSatisfied(operation))
            return Complete(operation);
        operation.Announce(StepName.InstallingDependencies);
        operation.Children = [.. operation.Manifest!.Depends
            .DistinctBy(plugin => plugin.ToString())
            .Select(needed => ChildOperation.Of(needed, operation.CorrelationId))];
        if (operation.Children.Count == 0)
            return Build(operation);
        if (CycleOf(operation) is { } cycle)
            return Fail(operation, DependenciesError(operation, $"the plugins need one another: {cycle}"));
        foreach (var dependency in operation.Children)
            operation.Send(InstallationOf(dependency, operation));
        return AwaitingDependencies;
    }

    private State Build(InstallState operation)
    {
        operation.Send(new BuildPlugin
        {
            Uuid = operation.CorrelationId,
            Requested = new(operation.Method, operation.Options),
            Source = operation.Source!,
            Revision = operation.Revision!,
            RevisionName = operation.RevisionName,
            Manifest = operation.Manifest!,
        });
        return Building;
    }

    private State Install(InstallState operation, PluginBuilt built)
    {
        operation.Send(new InstallPackage { Uuid = operation.CorrelationId, Package = built.Package });
        return Installing;
    }

    private State Clean(InstallState operation, PackageInstalled installed)
    {
        operation.Announce(StepName.Cleaning);
        return Complete(operation);
    }

    private static Requested<InstallPluginCommand> InstallationOf(ChildOperation dependency, InstallState operation)
    {
        var source = PluginSources.ByName(dependency.Plugin);
        return new Requested<InstallPluginCommand>
        {
            Command = new InstallPluginCommand { Uuid = dependency.Operation, Method = source.Method, Options = source.Options },
            Parent = new OperationParent(operation.CorrelationId, PathOf(operation)),
            Requester = operation.Requester,
        };
    }

    // From the plugin that was asked for to this one.
    private static IReadOnlyList<string> PathOf(InstallState operation) => [.. operation.Parent?.Path ?? [], operation.Plugin!.ToString()];

    private static string Path(IEnumerable<string> plugins) => string.Join(" -> ", plugins);

    // One that is installed waits for nothing.
    private string? CycleOf(InstallState operation) =>
        operation.Children.FirstOrDefault(dependency => PathOf(operation).Contains(dependency.Plugin.ToString()) && !IsInstalled(dependency.Plugin)) is { } needed
            ? Path([.. PathOf(operation), needed.Plugin.ToString()])
            : null;

    private static OperationError DependenciesError(InstallState operation, string reason) =>
        operation.ErrorOf(StepFailure.Of(StepName.InstallingDependencies, reason));

    private static OperationError DependenciesError(InstallState operation) => OperationErrors.OfParts(
        reasons => DependenciesError(operation, $"these plugins could not be installed: {reasons}"), "dependencies", [.. operation.FailedChildren]);

    private static OperationError DeadlockError(InstallState operation, PluginReference plugin) => DependenciesError(
        operation,
        $"the plugins need one another, as another operation found out: {Path([.. operation.Parent?.Path ?? [], plugin.ToString()])}");

    // Nothing has to be fetched to see that. A dependency is satisfied by any version, also one that was installed while it waited.
    private bool IsInstalledAsWanted(InstallState operation) =>
        operation is { Reinstall: false, WantedRevision: null, Wanted: { } wanted }
        && FindWorking(wanted.Namespace, wanted.Name) is { } plugin
        && (operation.Parent is not null || operation.Options.Version is null || operation.Options.Version == plugin.Version);

    private bool IsSatisfied(InstallState operation) =>
        !operation.Reinstall
        && FindWorking(operation.Plugin!.Namespace, operation.Plugin.Name)?.Version is { } installed
        && (operation.Update is { WantsNewer: true }
            ? DebianVersion.Compare(installed, operation.Plugin.Version) >= 0
            : installed == operation.Plugin.Version)
        && (operation.WantedRevision is null
            || Provenance.Find(_configuration, operation.Plugin.Namespace, operation.Plugin.Name)?.Revision == operation.WantedRevision);

    // One that is broken is there, and to install it again mends it.
    private InstalledPlugin? FindWorking(string pluginNamespace, string name) =>
        _installed.Find(pluginNamespace, name) is { } plugin && _broken.Find(plugin.Package) is null ? plugin : null;

    private bool IsInstalled(PluginReference plugin) => FindWorking(plugin.Namespace, plugin.Name) is not null;
}

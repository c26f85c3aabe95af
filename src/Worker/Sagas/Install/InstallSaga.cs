using MassTransit;
using Microsoft.Extensions.Logging;
using WazoPlugind.Debian.Versions;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Sources.Git;
using WazoPlugind.Worker.Events;
using WazoPlugind.Worker.Steps.Build;

namespace WazoPlugind.Worker.Sagas.Install;

/// <summary>Coordinates an installation: fetch, dependencies, build, install, clean.</summary>
internal sealed class InstallSaga : OperationSaga<InstallState>
{
    private readonly InstalledPlugins _installed;
    private readonly BrokenPlugins _broken;

    /// <summary>Describes the flow.</summary>
    public InstallSaga(
        PlugindConfiguration configuration,
        InstalledPlugins installed,
        BrokenPlugins broken,
        OperationEvents events,
        FairShare shares,
        PluginTurns turns,
        WorkspaceFactory workspaces,
        TimeProvider time,
        ILogger<InstallSaga> logger)
        : base(OperationKind.Install, configuration, events, shares, turns, workspaces, time, logger)
    {
        (_installed, _broken) = (installed, broken);
        Event(() => UpdateRequested, requested => requested.CorrelateById(context => context.Message.Uuid));
        Event(() => Requested, requested => requested.CorrelateById(context => context.Message.Uuid));
        Event(() => Fetched, Correlate);
        Event(() => ChildEnded, Correlate);
        Event(() => Built, Correlate);
        Event(() => Installed, Correlate);

        Initially(
            // The market's plugins are known by name; those of git once their manifest is read.
            WhenRequested(Requested, Accept, install => install.IfElse(
                context => context.Saga.Method == InstallMethods.Market,
                market => BeginFromMarket(market),
                git => git
                    .ThenAsync(context => SendStepAsync(context, Queues.Fetch, Fetch(context.Saga, context.Message.Options)))
                    .TransitionTo(Fetching))),
            WhenRequested(UpdateRequested, Accept, update => BeginUpdate(update)));

        During(Waiting, When(TurnCame).IfElse(
            context => context.Saga.Update is not null,
            update => BeginUpdate(update),
            install => BeginFromMarket(install)));

        During(Fetching,
            ContinueFetched(When(Fetched).Then(context => Record(context.Saga, context.Message)), context => context.Message.Source),
            WhenStepFailed());

        During(WaitingFetched, ContinueFetched(When(TurnCame), context => context.Saga.Source!));
        During([Waiting, WaitingFetched, AwaitingDependencies], WhenStepFailed());

        During(AwaitingDependencies,
            WhenChildrenEnded(ChildEnded, DependenciesError, installed => SendBuild(installed, context => context.Saga.Source!)));

        During(Building,
            When(Built)
                .Then(context => context.Saga.NewSteps.AddRange(context.Message.Steps))
                .ThenAsync(context => SendStepAsync(context, Queues.Install, Install(context.Saga, context.Message)))
                .TransitionTo(Installing),
            WhenStepFailed());

        During(Installing,
            When(Installed)
                .Then(context => context.Saga.NewSteps.AddRange(context.Message.Steps))
                .ThenAsync(context => AnnounceAsync(context, StepName.Cleaning))
                .ThenAsync(CompleteAsync)
                .TransitionTo(Completed),
            WhenStepFailed());
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
    public Event<InstallPluginCommand> Requested { get; private set; } = null!;

    /// <summary>Someone asks for something newer.</summary>
    public Event<UpdatePluginCommand> UpdateRequested { get; private set; } = null!;

    /// <summary>The source is fetched.</summary>
    public Event<PluginFetched> Fetched { get; private set; } = null!;

    /// <summary>The operation of a dependency ended.</summary>
    public Event<ChildEnded> ChildEnded { get; private set; } = null!;

    /// <summary>The package is built.</summary>
    public Event<PluginBuilt> Built { get; private set; } = null!;

    /// <summary>The package is installed.</summary>
    public Event<PackageInstalled> Installed { get; private set; } = null!;

    private static void Accept(InstallState saga, InstallPluginCommand command)
    {
        saga.Method = command.Method;
        saga.Options = WithoutCredentials(command.Options);
        saga.Reinstall = command.Reinstall;
        saga.Parent = command.Parent;
        saga.Requester = command.Requester;
    }

    private static void Accept(InstallState saga, UpdatePluginCommand command)
    {
        saga.Update = new UpdateRequest(new PluginReference(command.Namespace, command.Name, command.Version), command.Ref)
        {
            Url = command.Url is { } url ? GitUrl.Redact(url) : null,
            Subdirectory = command.Subdirectory,
            HadCredentials = GitUrl.Parse(command.Url ?? "", out _) is { UserName: not null },
        };
        saga.Parent = command.Parent;
        saga.Requester = command.Requester;
    }

    private static InstallOptions WithoutCredentials(InstallOptions options) =>
        options with { Url = options.Url is { } url ? GitUrl.Redact(url) : null };

    private static FetchPlugin Fetch(InstallState saga, InstallOptions options) => new()
    {
        Uuid = saga.CorrelationId,
        Method = saga.Method,
        Options = options,
    };

    private static void Record(InstallState saga, PluginFetched message)
    {
        saga.Plugin = message.Plugin;
        saga.Commit = message.Commit;
        saga.Source = WithoutCredentials(message.Source);
        saga.Depends = message.Depends;
        saga.NewSteps.AddRange(message.Steps);
    }

    private static BuildPlugin Build(InstallState saga, InstallOptions source) => new()
    {
        Uuid = saga.CorrelationId,
        Method = saga.Method,
        Options = saga.Options,
        Source = source,
        Commit = saga.Commit!,
    };

    private static InstallPackage Install(InstallState saga, PluginBuilt message) => new()
    {
        Uuid = message.Uuid,
        Method = saga.Method,
        Options = saga.Options,
        Package = message.Package,
    };

    private static InstallPluginCommand InstallDependency(InstallState saga, ChildOperation dependency) => new()
    {
        Uuid = dependency.Operation,
        Method = InstallMethods.Market,
        Options = new InstallOptions
        {
            Namespace = dependency.Plugin.Namespace,
            Name = dependency.Plugin.Name,
            Version = dependency.Plugin.Version,
        },
        Parent = new OperationParent(saga.CorrelationId, PathOf(saga)),
        Requester = saga.Requester,
    };

    // From the plugin that was asked for to this one.
    private static IReadOnlyList<string> PathOf(InstallState saga) => [.. saga.Parent?.Path ?? [], saga.Plugin!.ToString()];

    private static string Path(IEnumerable<string> plugins) => string.Join(" -> ", plugins);

    private static PluginReference Wanted(InstallState saga) => saga.Update?.Plugin ?? new(saga.Options.Namespace ?? "", saga.Options.Name ?? "");

    private static OperationError DependenciesError(InstallState saga, string reason) =>
        OperationErrors.Step(StepName.InstallingDependencies, saga.Method, saga.Options, reason);

    private static OperationError DependenciesError(InstallState saga) => WithChildren(
        saga, "dependencies", reasons => DependenciesError(saga, $"these plugins could not be installed: {reasons}"));

    // Nothing has to be fetched to see that a plugin of the market is there.
    private EventActivityBinder<InstallState, T> BeginFromMarket<T>(EventActivityBinder<InstallState, T> flow)
        where T : class =>
        TakeTurn(flow, Wanted, Waiting, free => free.IfElse(
            context => IsInstalledFromMarket(context.Saga),
            satisfied => satisfied
                .ThenAsync(context => AnnounceAsync(context, StepName.Downloading))
                .ThenAsync(CompleteAsync)
                .TransitionTo(Completed),
            needed => needed
                .ThenAsync(context => SendStepAsync(context, Queues.Fetch, Fetch(context.Saga, context.Saga.Options)))
                .TransitionTo(Fetching)));

    private EventActivityBinder<InstallState, T> BeginUpdate<T>(EventActivityBinder<InstallState, T> flow)
        where T : class =>
        TakeTurn(flow, Wanted, Waiting, free => free
            .Then(context => (context.Saga.Method, context.Saga.Options) = context.Saga.Update!.SourceFrom(
                Provenance.Find(Configuration, context.Saga.Update.Plugin.Namespace, context.Saga.Update.Plugin.Name)))
            .IfElse(
                context => ProblemOfUpdate(context.Saga, context.Message) is null,
                possible => possible
                    .ThenAsync(context => SendStepAsync(context, Queues.Fetch, Fetch(context.Saga, OptionsOfUpdate(context.Saga, context.Message))))
                    .TransitionTo(Fetching),
                impossible => impossible
                    .ThenAsync(context => AnnounceAsync(context, StepName.Downloading))
                    .ThenAsync(context => FailAsync(context, OperationErrors.Step(
                        StepName.Downloading, context.Saga.Method, context.Saga.Options, ProblemOfUpdate(context.Saga, context.Message)!)))
                    .TransitionTo(Failed)));

    // The url with its credentials passes through.
    private static InstallOptions OptionsOfUpdate(InstallState saga, object message) =>
        message is UpdatePluginCommand { Url: { } url } ? saga.Options with { Url = url } : saga.Options;

    private string? ProblemOfUpdate(InstallState saga, object message)
    {
        if (_installed.Find(saga.Update!.Plugin.Namespace, saga.Update.Plugin.Name) is null)
            return "the plugin is not installed";
        if (saga is { Method: InstallMethods.Git, Options.Url: null })
            return "it is not known from which git repository the plugin was installed: the options may say one (url)";
        return saga.Update.HadCredentials && message is not UpdatePluginCommand
            ? "credentials in a url are not kept while an operation waits for another on the same plugin: ask for it again, "
                + "or enter them in the configuration (sources.credentials)"
            : null;
    }

    // The source with its credentials passes through; it is not remembered.
    private EventActivityBinder<InstallState, T> ContinueFetched<T>(
        EventActivityBinder<InstallState, T> flow, Func<BehaviorContext<InstallState, T>, InstallOptions> source)
        where T : class =>
        TakeTurn(flow, saga => new PluginReference(saga.Plugin!.Namespace, saga.Plugin.Name), WaitingFetched, free => free.IfElse(
            context => IsSatisfied(context.Saga),
            satisfied => satisfied
                .ThenAsync(CompleteAsync)
                .TransitionTo(Completed),
            needed => needed
                .ThenAsync(context => AnnounceAsync(context, StepName.InstallingDependencies))
                .Then(context => context.Saga.Children =
                    [.. MissingPlugins(context.Saga).Select(plugin => ChildOperation.Of(plugin, context.Saga.CorrelationId))])
                .IfElse(
                    context => context.Saga.Children.Count == 0,
                    complete => SendBuild(complete, source),
                    missing => missing.IfElse(
                        context => CycleOf(context.Saga) is not null,
                        cycle => cycle
                            .ThenAsync(context => FailAsync(
                                context, DependenciesError(context.Saga, $"the plugins need one another: {CycleOf(context.Saga)}")))
                            .TransitionTo(Failed),
                        tree => tree
                            .ThenAsync(SendDependenciesAsync)
                            .TransitionTo(AwaitingDependencies)))));

    private EventActivityBinder<InstallState, T> TakeTurn<T>(
        EventActivityBinder<InstallState, T> flow,
        Func<InstallState, PluginReference> plugin,
        State waiting,
        Func<EventActivityBinder<InstallState, T>, EventActivityBinder<InstallState, T>> free)
        where T : class =>
        flow.IfElse(
            context => TryTakeTurn(context.Saga, plugin(context.Saga)),
            possible => possible.IfElse(
                context => context.Saga.WaitsFor is not null,
                waits => waits.TransitionTo(waiting),
                free),
            deadlock => deadlock
                .ThenAsync(context => FailAsync(
                    context,
                    DependenciesError(
                        context.Saga,
                        $"the plugins need one another, as another operation found out: {Path([.. context.Saga.Parent?.Path ?? [], plugin(context.Saga).ToString()])}")))
                .TransitionTo(Failed));

    private EventActivityBinder<InstallState, T> SendBuild<T>(
        EventActivityBinder<InstallState, T> flow, Func<BehaviorContext<InstallState, T>, InstallOptions> source)
        where T : class =>
        flow.ThenAsync(context => SendStepAsync(context, Queues.Build, Build(context.Saga, source(context)))).TransitionTo(Building);

    private async Task SendDependenciesAsync<T>(BehaviorContext<InstallState, T> context)
        where T : class
    {
        foreach (var dependency in context.Saga.Children)
            await SendAsync(context, Queues.Commands, InstallDependency(context.Saga, dependency));
    }

    private static string? CycleOf(InstallState saga) =>
        saga.Children.FirstOrDefault(dependency => PathOf(saga).Contains(dependency.Plugin.ToString())) is { } needed
            ? Path([.. PathOf(saga), needed.Plugin.ToString()])
            : null;

    private bool TryTakeTurn(InstallState saga, PluginReference plugin)
    {
        try
        {
            TakeTurn(saga, plugin);
            return true;
        }
        catch (PluginDeadlockException)
        {
            return false;
        }
    }

    // A dependency is satisfied by any version, also one that was installed while it waited.
    private bool IsInstalledFromMarket(InstallState saga) =>
        !saga.Reinstall
        && saga.Options is { Namespace: { } pluginNamespace, Name: { } name } options
        && FindWorking(pluginNamespace, name) is { } plugin
        && (saga.Parent is not null || options.Version is null || options.Version == plugin.Version);

    private bool IsSatisfied(InstallState saga) =>
        !saga.Reinstall
        && FindWorking(saga.Plugin!.Namespace, saga.Plugin.Name)?.Version is { } installed
        && (saga.Update is { WantsNewer: true } ? DebianVersion.Compare(installed, saga.Plugin.Version) >= 0 : installed == saga.Plugin.Version);

    // One that is broken is there, and to install it again mends it.
    private InstalledPlugin? FindWorking(string pluginNamespace, string name) =>
        _installed.Find(pluginNamespace, name) is { } plugin && _broken.Find(plugin.Package) is null ? plugin : null;

    private IEnumerable<PluginReference> MissingPlugins(InstallState saga) => saga.Depends
        .Where(plugin => _installed.Find(plugin.Namespace, plugin.Name) is null)
        .DistinctBy(plugin => plugin.ToString());
}

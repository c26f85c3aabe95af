using MassTransit;
using Microsoft.Extensions.Logging;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Operations;
using WazoPlugind.Plugins.Registry;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Worker.Build;
using WazoPlugind.Worker.Events;

namespace WazoPlugind.Worker.Operations;

/// <summary>Coordinates an installation: fetch, dependencies, build, install, clean.</summary>
internal sealed class InstallSaga : OperationSaga<InstallState>
{
    private readonly InstalledPlugins _installed;

    /// <summary>Describes the flow.</summary>
    public InstallSaga(
        InstalledPlugins installed, OperationEvents events, WorkspaceFactory workspaces, TimeProvider time, ILogger<InstallSaga> logger)
        : base(OperationKind.Install, events, workspaces, time, logger)
    {
        _installed = installed;
        Event(() => Requested, requested => requested.CorrelateById(context => context.Message.Uuid));
        Event(() => Fetched, Correlate);
        Event(() => Built, Correlate);
        Event(() => Installed, Correlate);

        Initially(
            When(Requested)
                .Then(context => Accept(context.Saga, context.Message))
                .ThenAsync(StartAsync)
                .IfElse(
                    context => IsInstalledFromMarket(context.Message),
                    satisfied => satisfied
                        .ThenAsync(context => AnnounceAsync(context, Steps.Downloading))
                        .ThenAsync(CompleteAsync)
                        .TransitionTo(Completed),
                    needed => needed
                        .ThenAsync(context => SendAsync(context, Queues.Build, Fetch(context.Message)))
                        .TransitionTo(Fetching)));

        During(Fetching,
            When(Fetched)
                .Then(context => Record(context.Saga, context.Message))
                .IfElse(
                    context => IsSatisfied(context.Saga),
                    satisfied => satisfied
                        .Then(Clean)
                        .ThenAsync(CompleteAsync)
                        .TransitionTo(Completed),
                    needed => needed
                        .ThenAsync(context => AnnounceAsync(context, Steps.InstallingDependencies))
                        .IfElse(
                            context => MissingPlugins(context.Message).Count > 0,
                            missing => missing
                                .ThenAsync(context => FailAsync(context, DependenciesError(context)))
                                .TransitionTo(Failed),
                            complete => complete
                                .ThenAsync(context => SendAsync(context, Queues.Build, Build(context.Saga, context.Message)))
                                .TransitionTo(Building))),
            When(StepFailed)
                .ThenAsync(FailAsync)
                .TransitionTo(Failed));

        During(Building,
            When(Built)
                .Then(context => context.Saga.NewSteps.AddRange(context.Message.Steps))
                .ThenAsync(context => SendAsync(context, Queues.Install, Install(context.Saga, context.Message)))
                .TransitionTo(Installing),
            When(StepFailed)
                .ThenAsync(FailAsync)
                .TransitionTo(Failed));

        During(Installing,
            When(Installed)
                .Then(context => context.Saga.NewSteps.AddRange(context.Message.Steps))
                .ThenAsync(context => AnnounceAsync(context, Steps.Cleaning))
                .Then(Clean)
                .ThenAsync(CompleteAsync)
                .TransitionTo(Completed),
            When(StepFailed)
                .ThenAsync(FailAsync)
                .TransitionTo(Failed));
    }

    /// <summary>A builder fetches the source.</summary>
    public State Fetching { get; private set; } = null!;

    /// <summary>A builder builds the package.</summary>
    public State Building { get; private set; } = null!;

    /// <summary>The installer installs the package.</summary>
    public State Installing { get; private set; } = null!;

    /// <summary>Someone asks for the installation.</summary>
    public Event<InstallPluginCommand> Requested { get; private set; } = null!;

    /// <summary>The source is fetched.</summary>
    public Event<PluginFetched> Fetched { get; private set; } = null!;

    /// <summary>The package is built.</summary>
    public Event<PluginBuilt> Built { get; private set; } = null!;

    /// <summary>The package is installed.</summary>
    public Event<PackageInstalled> Installed { get; private set; } = null!;

    private static void Accept(InstallState saga, InstallPluginCommand command)
    {
        saga.Method = command.Method;
        saga.Options = command.Options with { Url = command.Options.Url is { } url ? GitUrl.Redact(url) : null };
        saga.Reinstall = command.Reinstall;
    }

    private static FetchPlugin Fetch(InstallPluginCommand command) => new()
    {
        Uuid = command.Uuid,
        Method = command.Method,
        Options = command.Options,
    };

    private static void Record(InstallState saga, PluginFetched message)
    {
        saga.Plugin = message.Plugin;
        saga.Commit = message.Commit;
        saga.NewSteps.AddRange(message.Steps);
    }

    // The source with its credentials passes through; it is not remembered.
    private static BuildPlugin Build(InstallState saga, PluginFetched message) => new()
    {
        Uuid = message.Uuid,
        Method = saga.Method,
        Options = saga.Options,
        Source = message.Source,
        Commit = message.Commit,
    };

    private static InstallPackage Install(InstallState saga, PluginBuilt message) => new()
    {
        Uuid = message.Uuid,
        Method = saga.Method,
        Options = saga.Options,
        Package = message.Package,
    };

    // The market's plugins are known by name: nothing has to be fetched to see that one is there.
    private bool IsInstalledFromMarket(InstallPluginCommand command) =>
        command is { Method: InstallMethods.Market, Reinstall: false, Options: { Namespace: { } pluginNamespace, Name: { } name } options }
        && _installed.Find(pluginNamespace, name) is { } plugin
        && (options.Version is null || options.Version == plugin.Version);

    private bool IsSatisfied(InstallState saga) =>
        !saga.Reinstall && _installed.Find(saga.Plugin!.Namespace, saga.Plugin.Name)?.Version == saga.Plugin.Version;

    // A plugin that is installed in any version will do.
    private List<string> MissingPlugins(PluginFetched message) =>
        [.. message.Depends.Where(plugin => _installed.Find(plugin.Namespace, plugin.Name) is null)
            .Select(plugin => $"{plugin.Namespace}/{plugin.Name}")];

    private OperationError DependenciesError(BehaviorContext<InstallState, PluginFetched> context) =>
        OperationErrors.Step(
            Steps.InstallingDependencies,
            context.Saga.Method,
            context.Saga.Options,
            $"these plugins must be installed first: {string.Join(", ", MissingPlugins(context.Message))}");
}

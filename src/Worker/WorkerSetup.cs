using MassTransit;
using MassTransit.Configuration;
using MassTransit.Saga;
using MassTransit.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using WazoPlugind.Debian.Apt;
using WazoPlugind.Hosting;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Hosting.CommandLine;
using WazoPlugind.Hosting.Log;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Installation;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Plugins.Sources.Git;
using WazoPlugind.Plugins.Sources.Market;
using WazoPlugind.Processes;
using WazoPlugind.Worker.Commands;
using WazoPlugind.Worker.Events;
using WazoPlugind.Worker.Sagas;
using WazoPlugind.Worker.Sagas.Install;
using WazoPlugind.Worker.Sagas.Uninstall;
using WazoPlugind.Worker.Sagas.UpdateAll;
using WazoPlugind.Worker.Steps;
using WazoPlugind.Worker.Steps.Build;
using WazoPlugind.Worker.Steps.Fetch;
using WazoPlugind.Worker.Steps.Install;
using WazoPlugind.Worker.Steps.Remove;
using WazoPlugind.Worker.Steps.Updates;

namespace WazoPlugind.Worker;

/// <summary>Composes a worker.</summary>
public static class WorkerSetup
{
    /// <summary>Runs a worker by itself.</summary>
    /// <param name="options">What the command line says.</param>
    /// <param name="beginning">The host's builder, with the bus.</param>
    internal static async Task RunAsync(CommandLineOptions options, Task<HostApplicationBuilder> beginning)
    {
        var loaded = options.LoadConfiguration(actsAsRoot: true).WithTransport(BusSetup.RabbitMq);
        var builder = await beginning;
        builder.Logging.UsePlugindLog(loaded.Value, loaded.Warnings);
        builder.Services.AddSystemd();
        builder.Services.AddPlugindWorker(loaded.Value, options.Roles.Count > 0 ? options.Roles : WorkerRoles.All);
        var host = builder.Build();
        // The host waits for it, and is told what goes wrong.
        _ = host.Services.GetRequiredService<WorkerPreparation>().StartAsync(CancellationToken.None);
        await host.RunUntilStoppedAsync();
    }

    /// <summary>Adds the bus of a worker, for which no configuration has to be known.</summary>
    /// <param name="services">The process's services.</param>
    /// <param name="transport"><see cref="BusSetup.RabbitMq"/> or <see cref="BusSetup.InMemory"/>.</param>
    public static void AddPlugindWorkerBus(this IServiceCollection services, string transport) => services.AddPlugindBus(transport, Register);

    /// <summary>Adds a worker's services, and the queues of its roles.</summary>
    /// <param name="services">The process's services, with the bus.</param>
    /// <param name="configuration">The effective configuration.</param>
    /// <param name="roles">What the worker does; <see cref="WorkerRoles"/>.</param>
    public static void AddPlugindWorker(
        this IServiceCollection services, PlugindConfiguration configuration, IReadOnlyCollection<string> roles)
    {
        services.AddPlugindCore(configuration);
        services.TryAddSingleton<PluginPackages>();
        services.TryAddSingleton<InstalledPlugins>();
        var stopTimeout = TimeSpan.FromSeconds(configuration.Worker.StopTimeout);
        services.Configure<MassTransitHostOptions>(bus => (bus.StopTimeout, bus.ConsumerStopTimeout) = (stopTimeout, stopTimeout));
        services.Configure<HostOptions>(host => host.ShutdownTimeout = stopTimeout + TimeSpan.FromSeconds(5));
        services.AddSingleton(provider => new CommandRunner(provider.GetRequiredService<TimeProvider>(), configuration.Limits.OutputKilobytes * 1024));
        services.AddSingleton<WorkspaceCommands>();
        services.AddSingleton<WorkspaceFactory>();
        services.AddSingleton<StepJournal>();
        services.AddHostedService<WorkspaceSweeper>();
        services.AddSingleton<OperationEvents>();
        if (configuration.Bus.Transport == BusSetup.InMemory)
            services.AddSingleton<IWazoEventPublisher, JsonLinesEventPublisher>();
        else
            services.AddSingleton<IWazoEventPublisher, RabbitMqEventPublisher>();
        services.AddSingleton<OperationStore>();
        services.AddSingleton<AbandonedOperations>();
        services.AddSingleton<OperationLocks>();
        services.AddSingleton<PluginTurns>();
        services.AddSingleton<FairShare>();
        services.AddSingleton<SourceCredentials>();
        services.AddSingleton<GitHosts>();
        services.AddSingleton<GitCommands>();
        services.AddSingleton<GitSource>();
        services.AddSingleton<MarketSource>();
        services.AddSingleton<PluginFetcher>();
        services.AddSingleton<UpdateFinder>();
        services.AddSingleton<DebianPackageBuilder>();
        services.AddSingleton<PackagePolicy>();
        services.AddSingleton<PackageManager>();
        services.AddSingleton<RollbackPackages>();
        services.AddSingleton<PackagePurger>();
        services.AddSingleton<BrokenPlugins>();
        services.AddSingleton<PackageRollback>();
        services.AddSingleton<BrokenPluginRetry>();
        services.AddSingleton<PackageRepair>();
        services.AddSingleton<InstallRuns>();
        services.AddSingleton<AptInstaller>();
        services.AddSingleton<PackageRemover>();

        // Before the queues: nothing is consumed until there is a place for it.
        services.AddSingleton(provider => new WorkerPreparation(provider, roles));
        services.AddHostedService(provider => provider.GetRequiredService<WorkerPreparation>());
        services.AddPlugindQueues([.. Endpoints(configuration, roles)]);
    }

    // Of all roles: what no queue uses is not built.
    private static void Register(IBusRegistrationConfigurator bus)
    {
        bus.AddSagaStateMachine<InstallSaga, InstallState>().Repository(UseOperationStore);
        bus.AddSagaStateMachine<UninstallSaga, UninstallState>().Repository(UseOperationStore);
        bus.AddSagaStateMachine<UpdateAllSaga, UpdateAllState>().Repository(UseOperationStore);
        bus.AddConsumer<RejectedCommandConsumer>();
        bus.AddConsumer<DeadLetterConsumer>();
        bus.AddConsumer<FetchPluginConsumer>();
        bus.AddConsumer<BuildPluginConsumer>();
        bus.AddConsumer<FindUpdatesConsumer>();
        bus.AddConsumer<InstallPackageConsumer>();
        bus.AddConsumer<RemovePackageConsumer>();
    }

    private static void UseOperationStore<T>(ISagaRepositoryRegistrationConfigurator<T> repository)
        where T : OperationState, new() =>
        repository.RegisterSagaRepository<T, OperationStore, SagaConsumeContextFactory<OperationStore, T>, OperationSagaRepository<T>>();

    private static IEnumerable<BusEndpoint> Endpoints(PlugindConfiguration configuration, IReadOnlyCollection<string> roles) =>
    [
        .. roles.Contains(WorkerRoles.Orchestrate) ? OrchestratorEndpoints() : [],
        .. roles.Contains(WorkerRoles.Build) ? BuilderEndpoints(configuration.Worker) : [],
        .. roles.Contains(WorkerRoles.Install) ? InstallerEndpoints() : [],
    ];

    private static IEnumerable<BusEndpoint> OrchestratorEndpoints()
    {
        const int sagas = 8;
        yield return new BusEndpoint(Queues.Commands, sagas, (context, queue) =>
        {
            queue.AddDeserializer(new CommandSize(new PlainCommandDeserializer()), isDefault: true);
            queue.AddDeserializer(new CommandSize(new SystemTextJsonMessageSerializer(null)));
            ConfigureSagas(context, queue);
            queue.ConfigureConsumer<RejectedCommandConsumer>(context);
        });
        yield return new BusEndpoint(Queues.Operations, sagas, ConfigureSagas);
        yield return new BusEndpoint(QueueArguments.DeadLetters, 1, (context, queue) =>
        {
            queue.AddDeserializer(new CommandSize(new PlainCommandDeserializer()), isDefault: true);
            queue.ConfigureConsumer<DeadLetterConsumer>(context);
        })
        {
            HasDeadLetters = false,
        };
    }

    private static IEnumerable<BusEndpoint> BuilderEndpoints(WorkerConfiguration configuration)
    {
        return
        [
            .. WithPlaces(Queues.Fetch, (context, queue) =>
            {
                queue.ConfigureConsumer<FetchPluginConsumer>(context);
                queue.ConfigureConsumer<FindUpdatesConsumer>(context);
            }),
            .. WithPlaces(Queues.Build, (context, queue) => queue.ConfigureConsumer<BuildPluginConsumer>(context)),
        ];

        IEnumerable<BusEndpoint> WithPlaces(string name, Action<IBusRegistrationContext, IReceiveEndpointConfigurator> addConsumers)
        {
            // A number that someone has chosen is as many as there may be.
            var isChosen = configuration.BuildConcurrency > 0;
            var count = isChosen ? configuration.BuildConcurrency : Environment.ProcessorCount;
            var places = new SemaphoreSlim(count);
            yield return Endpoint(name, isChosen ? count : count * BuildSlots.MessagesPerPlace);
            yield return Endpoint(Queues.OfBatch(name), isChosen ? count : count * BuildSlots.BatchMessagesPerPlace);

            BusEndpoint Endpoint(string lane, int concurrency) =>
                StepEndpoint(lane, concurrency, BuildRetry.UseBuildRetry, BuildRetry.Limit, (context, queue) =>
                {
                    queue.UseFilter(ActivatorUtilities.CreateInstance<FetchPauses>(context, lane));
                    queue.UseFilter(ActivatorUtilities.CreateInstance<BuildSlots>(context, places, lane, isChosen));
                    addConsumers(context, queue);
                });
        }
    }

    private static IEnumerable<BusEndpoint> InstallerEndpoints()
    {
        return [Endpoint(Queues.Install), Endpoint(Queues.OfBatch(Queues.Install))];

        // They wait for dpkg's one lock together, and go to it together.
        static BusEndpoint Endpoint(string name) =>
            StepEndpoint(name, InstallRuns.LargestRun, InstallRetry.UseInstallRetry, InstallRetry.Limit, (context, queue) =>
            {
                queue.ConfigureConsumer<InstallPackageConsumer>(context);
                queue.ConfigureConsumer<RemovePackageConsumer>(context);
            });
    }

    // The filter stands inside the retries, and has to know how many there are.
    private static BusEndpoint StepEndpoint(
        string name,
        int concurrency,
        Action<IReceiveEndpointConfigurator> useRetry,
        int retries,
        Action<IBusRegistrationContext, IReceiveEndpointConfigurator> addConsumers) =>
        new(name, concurrency, (context, queue) =>
        {
            useRetry(queue);
            queue.UseFilter(ActivatorUtilities.CreateInstance<StepFilter>(context, name, retries));
            addConsumers(context, queue);
        });

    private static void ConfigureSagas(IBusRegistrationContext context, IReceiveEndpointConfigurator queue)
    {
        queue.UseSagaRetry();
        queue.ConfigureSaga<InstallState>(context);
        queue.ConfigureSaga<UninstallState>(context);
        queue.ConfigureSaga<UpdateAllState>(context);
    }
}

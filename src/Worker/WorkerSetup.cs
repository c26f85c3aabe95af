using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using WazoPlugind.Debian.Apt;
using WazoPlugind.Hosting;
using WazoPlugind.Hosting.CommandLine;
using WazoPlugind.Hosting.Log;
using WazoPlugind.Hosting.Start;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Platform.Proxies;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Installation;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Processes;
using WazoPlugind.Worker.Bus;
using WazoPlugind.Worker.Orchestration;
using WazoPlugind.Worker.Steps;

namespace WazoPlugind.Worker;

/// <summary>Composes a worker.</summary>
public static class WorkerSetup
{
    /// <summary>Runs a worker by itself.</summary>
    /// <param name="options">What the command line says.</param>
    internal static async Task RunAsync(CommandLineOptions options)
    {
        var loaded = options.LoadConfiguration(actsAsRoot: true).WithTransport(BusConfiguration.RabbitMq);
        var roles = options.Roles.Count > 0 ? options.Roles : WorkerRoles.All;
        var report = StartReport.Of("wazo-plugind-worker", loaded, roles);
        if (options.Checks)
        {
            await StartCheck.RunAsync(report, loaded.Value, Console.Out);
            return;
        }

        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.UsePlugindLog(loaded.Value, report);
        builder.Services.AddPlugindSystemd();
        builder.Services.AddPlugindWorker(loaded.Value, roles);
        await builder.Build().RunUntilStoppedAsync();
    }

    /// <summary>Adds a worker's services, and the queues of its roles.</summary>
    /// <param name="services">The process's services.</param>
    /// <param name="configuration">The effective configuration.</param>
    /// <param name="roles">What the worker does; <see cref="WorkerRoles"/>.</param>
    public static void AddPlugindWorker(
        this IServiceCollection services, PlugindConfiguration configuration, IReadOnlyCollection<string> roles)
    {
        services.AddPlugindBus(configuration.Bus, Register);
        services.AddPlugindCore(configuration);
        services.TryAddSingleton<PluginPackages>();
        services.TryAddSingleton<InstalledPlugins>();
        var stopTimeout = TimeSpan.FromSeconds(configuration.Worker.StopTimeout);
        services.Configure<MassTransitHostOptions>(bus => (bus.StopTimeout, bus.ConsumerStopTimeout) = (stopTimeout, stopTimeout));
        services.Configure<HostOptions>(host => host.ShutdownTimeout = stopTimeout + TimeSpan.FromSeconds(5));
        services.AddSingleton(provider => new CommandRunner(provider.GetRequiredService<TimeProvider>(), configuration.Limits.OutputKilobytes * 1024));
        services.AddSingleton<WorkspaceCommands>();
        services.AddOrchestrator(configuration);
        services.AddSteps(configuration, roles);
        services.AddPluginSources();
        services.AddSingleton<DebianPackageBuilder>();
        services.AddSingleton<PackagePolicy>();
        var proxies = new ProxyRoutes(configuration.Proxy);
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<PackageManager>(provider, proxies.Variables, proxies.Secrets));
        services.AddSingleton<RollbackPackages>();
        services.AddSingleton<PackagePurger>();
        services.AddSingleton<BrokenPlugins>();
        services.AddSingleton<PackageRollback>();
        services.AddSingleton<BrokenPluginRetry>();
        services.AddSingleton<PackageRepair>();
        services.AddSingleton<ComingPackages>();
        services.AddSingleton<InstallRuns>();
        services.AddSingleton<AptInstaller>();
        services.AddSingleton<PackageRemover>();

        // Before the queues: nothing is consumed until there is a place for it.
        services.AddHostedService(provider => new WorkerPreparation(provider, roles));
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<BusEndpoints>(provider, StepEndpoints.Of(configuration, roles)));
        services.AddHostedService(provider => provider.GetRequiredService<BusEndpoints>());
        // After the steps' queues: in memory, what is sent to a queue that is not there yet is lost.
        if (roles.Contains(WorkerRoles.Orchestrate))
        {
            services.AddHostedService(provider => provider.GetRequiredService<Orchestrator>());
            services.AddHostedService(provider => provider.GetRequiredService<LostMessages>());
        }
    }

    // Of all roles: what no queue uses is not built.
    private static void Register(IBusRegistrationConfigurator bus)
    {
        bus.AddOrchestrator();
        bus.AddSteps();
    }
}

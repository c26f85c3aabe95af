using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Platform.Machine;
using WazoPlugind.Plugins.Planning;
using WazoPlugind.Plugins.Sources.Archive;
using WazoPlugind.Plugins.Sources.Git;
using WazoPlugind.Plugins.Sources.Market;

namespace WazoPlugind.Plugins.Sources;

/// <summary>Registers the sources of plugins; <see cref="PluginSources"/> lists their methods.</summary>
public static class SourceRegistration
{
    /// <summary>Adds the sources and what they share.</summary>
    /// <param name="services">The process's services, with the market's client and what runs commands in work directories.</param>
    public static IServiceCollection AddPluginSources(this IServiceCollection services)
    {
        // The API asks it too, of a process that is root where it builds.
        services.TryAddSingleton(provider =>
        {
            var configuration = provider.GetRequiredService<PlugindConfiguration>();
            return new MachineTools(configuration) { RequiresSandbox = configuration.Build.RequiresSandbox || !Environment.IsPrivilegedProcess };
        });
        return services
            .AddSingleton<SourcePolicy>()
            .AddSingleton<SourceCredentials>()
            .AddSingleton<SourceHosts>()
            .AddSingleton<GitCommands>()
            .AddSingleton<ArchiveDownload>()
            .AddSingleton<ArchiveUnpacker>()
            .AddSingleton<IPluginSource, GitSource>()
            .AddSingleton<IPluginSource, MarketSource>()
            .AddSingleton<IPluginSource, ArchiveSource>()
            .AddSingleton<PluginFetcher>()
            .AddSingleton<UpdateFinder>()
            .AddSingleton<PluginPlanner>();
    }
}

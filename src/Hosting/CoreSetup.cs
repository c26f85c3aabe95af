using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using WazoPlugind.Plugins.Configuration;
using WazoPlugind.Plugins.Market;
using WazoPlugind.Plugins.Platform;
using WazoPlugind.Plugins.Registry;

namespace WazoPlugind.Hosting;

/// <summary>Composes what every process needs.</summary>
public static class CoreSetup
{
    /// <summary>Adds the configuration, the clock, the registry of installed plugins and the platform's other services.</summary>
    /// <param name="services">The process's services.</param>
    /// <param name="configuration">The effective configuration.</param>
    /// <exception cref="ConfigurationException">The authorities of the broker's certificate cannot be read.</exception>
    public static void AddPlugindCore(this IServiceCollection services, PlugindConfiguration configuration)
    {
        // Here, as the API connects only after it has begun to listen.
        if (configuration.Bus.Transport != BusSetup.InMemory)
            _ = BrokerTls.Options(configuration.Bus);
        services.TryAddSingleton(configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => new DpkgStatus());
        services.TryAddSingleton<PluginPackages>();
        services.TryAddSingleton<InstalledPlugins>();
        // Without the handlers of IHttpClientFactory, which log addresses: tokens are part of wazo-auth's.
        services.TryAddSingleton(_ => new HttpClient(new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = WazoAuth.Timeout,
            AllowAutoRedirect = false,
        }));
        services.TryAddSingleton(provider => new WazoAuth(provider.GetRequiredService<HttpClient>(), configuration.Auth));
        services.TryAddSingleton<PlatformVersion>();
        services.TryAddSingleton<MarketClient>();
    }
}

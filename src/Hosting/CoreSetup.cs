using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using WazoPlugind.Debian.Database;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Platform.Auth;
using WazoPlugind.Platform.Confd;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Platform.Market;
using WazoPlugind.Platform.Proxies;

namespace WazoPlugind.Hosting;

/// <summary>Composes what every process needs.</summary>
public static class CoreSetup
{
    /// <summary>Adds the configuration, the clock, the machine's packages and the platform's other services.</summary>
    /// <param name="services">The process's services.</param>
    /// <param name="configuration">The effective configuration.</param>
    /// <exception cref="ConfigurationException">The authorities of the broker's certificate cannot be read.</exception>
    public static void AddPlugindCore(this IServiceCollection services, PlugindConfiguration configuration)
    {
        // Here, as the API connects only after it has begun to listen.
        if (configuration.Bus.Transport != BusConfiguration.InMemory)
            _ = BrokerTls.Options(configuration.Bus);
        services.TryAddSingleton(configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(configuration.Bus);
        services.TryAddSingleton<QueueTopology>();
        services.TryAddSingleton(_ => new DpkgStatus());
        services.TryAddSingleton(_ => PlatformClient());
        services.TryAddSingleton(provider => new WazoAuth(provider.GetRequiredService<HttpClient>(), configuration.Auth, configuration.Credentials()));
        services.TryAddSingleton<PlatformVersion>();
        services.TryAddSingleton(provider =>
            new MarketClient(Client(new ProxyRoutes(configuration.Proxy)), configuration, provider.GetRequiredService<TimeProvider>()));
    }

    /// <summary>Makes a client of the platform's own services, which are no proxy's business, whatever the environment says.</summary>
    internal static HttpClient PlatformClient() => Client(proxies: null);

    // Without the handlers of IHttpClientFactory, which log addresses: tokens are part of wazo-auth's.
    private static HttpClient Client(ProxyRoutes? proxies) => new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = WazoAuth.Timeout,
        AllowAutoRedirect = false,
        UseProxy = proxies is not null,
        Proxy = proxies,
    });
}

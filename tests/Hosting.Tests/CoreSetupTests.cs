using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WazoPlugind.Harness;
using WazoPlugind.Platform.Auth;
using WazoPlugind.Platform.Confd;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Platform.Market;
using WazoPlugind.StandIn;

namespace WazoPlugind.Hosting.Tests;

public sealed class CoreSetupTests : IAsyncLifetime
{
    private readonly IWebProxy _machines = HttpClient.DefaultProxy;
    private readonly HttpProxy _proxy = new();
    private StandInServer _standIn = null!;

    public async Task InitializeAsync()
    {
        _standIn = await StandInServer.StartAsync(port: 0);
        // What .NET makes of the environment's variables, once in a process.
        HttpClient.DefaultProxy = new WebProxy(_proxy.Url);
    }

    public async Task DisposeAsync()
    {
        HttpClient.DefaultProxy = _machines;
        await _proxy.DisposeAsync();
        await _standIn.DisposeAsync();
    }

    [Fact]
    public async Task The_platforms_own_services_are_asked_without_a_proxy_whatever_is_said()
    {
        await using var provider = Provide(new() { All = _proxy.Url });

        Assert.Equal("17.10", await provider.GetRequiredService<PlatformVersion>().GetAsync(default));
        var token = await provider.GetRequiredService<WazoAuth>().CreateServiceTokenAsync(default);
        var check = await provider.GetRequiredService<WazoAuth>().CheckAsync(token.Token, "plugind.plugins.read", tenant: null, default);
        Assert.NotEqual(TokenVerdict.Unknown, check.Verdict);
        // Consul's is the same.
        await provider.GetRequiredService<HttpClient>().GetAsync(_standIn.Address);
        Assert.Empty(_proxy.Requests);
    }

    [Fact]
    public async Task The_market_is_asked_by_the_configured_proxy_alone()
    {
        _standIn.Market.Body = """{"items": []}""";
        await using var without = Provide(new());
        await without.GetRequiredService<MarketClient>().GetAsync(default);
        Assert.Empty(_proxy.Requests);

        await using var with = Provide(new() { All = _proxy.Url });
        await with.GetRequiredService<MarketClient>().GetAsync(default);
        Assert.Single(_proxy.Requests);
    }

    private ServiceProvider Provide(ProxyConfiguration proxy)
    {
        var port = _standIn.Address.Port;
        var services = new ServiceCollection();
        services.AddPlugindCore(new PlugindConfiguration
        {
            Bus = new BusConfiguration { Transport = BusConfiguration.InMemory },
            Auth = new AuthConfiguration { Host = "127.0.0.1", Port = port, Username = "plugind-service", Password = "plugind-password" },
            Confd = new ConfdConfiguration { Host = "127.0.0.1", Port = port },
            Market = new MarketConfiguration { Host = "127.0.0.1", Port = port },
            Proxy = proxy,
        });
        return services.BuildServiceProvider();
    }
}

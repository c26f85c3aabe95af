using WazoPlugind.Platform.Configuration;
using WazoPlugind.StandIn;

namespace WazoPlugind.Api.Tests;

/// <summary>A test with one front end and the services outside it.</summary>
public abstract class ApiTest : IAsyncLifetime
{
    protected StandInServer StandIn { get; private set; } = null!;

    protected ApiHost Api { get; private set; } = null!;

    /// <summary>The plugin.yml of the plugins that are installed.</summary>
    protected virtual IReadOnlyList<string> Manifests => [];

    public async Task InitializeAsync()
    {
        StandIn = await StandInServer.StartAsync(port: 0);
        Api = await (await ApiHost.StartAsync(
            StandIn.Address.Port,
            configuration => configuration with { Market = new MarketConfiguration { Host = "127.0.0.1", Port = StandIn.Address.Port } },
            Manifests)).ReadyAsync();
    }

    public async Task DisposeAsync()
    {
        await Api.DisposeAsync();
        await StandIn.DisposeAsync();
    }
}

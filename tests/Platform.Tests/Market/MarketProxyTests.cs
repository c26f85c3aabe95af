using WazoPlugind.Harness;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Platform.Market;
using WazoPlugind.Platform.Proxies;
using WazoPlugind.StandIn;

namespace WazoPlugind.Platform.Tests.Market;

public sealed class MarketProxyTests : IAsyncLifetime
{
    private readonly HttpProxy _proxy = new() { User = "deploy" };
    private StandInServer _standIn = null!;

    public async Task InitializeAsync()
    {
        _standIn = await StandInServer.StartAsync(port: 0);
        _standIn.Market.Body = """{"items": [{"namespace": "test", "name": "a", "versions": []}]}""";
    }

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _standIn.DisposeAsync();
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData("example.org,127.0.0.1", 0)]
    public async Task The_market_is_asked_by_the_proxy_where_it_is_not_excepted(string? exceptions, int requests)
    {
        var catalog = await AskAsync(new() { Http = _proxy.UrlWithCredentials, NoProxy = exceptions });

        Assert.Equal("a", catalog.Items.Single().Name);
        Assert.Equal(Enumerable.Repeat($"GET http://127.0.0.1:{_standIn.Address.Port}/v1/plugins", requests), _proxy.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_proxy_that_wants_other_credentials_is_named_without_them(bool https)
    {
        Assert.StartsWith($"the market: the proxy {_proxy.Url} wants credentials", await ReasonAsync(_proxy.Url, https));

        var wrong = _proxy.UrlWithCredentials.Replace("S3cret", "M1staken", StringComparison.Ordinal);
        Assert.StartsWith($"the market: the proxy {_proxy.Url} refuses its credentials", await ReasonAsync(wrong, https));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_proxy_that_is_away_is_named(bool https)
    {
        await _proxy.DisposeAsync();

        Assert.StartsWith($"the market: the proxy {_proxy.Url} could not be reached", await ReasonAsync(_proxy.UrlWithCredentials, https));
    }

    private async Task<string> ReasonAsync(string proxy, bool https)
    {
        var error = await Assert.ThrowsAsync<PlatformUnavailableException>(() => AskAsync(new() { All = proxy }, https));
        Assert.DoesNotContain("M1staken", error.ToString());
        Assert.DoesNotContain(_proxy.Password[..10], error.ToString());
        return error.Message;
    }

    private async Task<MarketCatalog> AskAsync(ProxyConfiguration proxy, bool https = false)
    {
        var configuration = new PlugindConfiguration
        {
            Market = new MarketConfiguration { Host = "127.0.0.1", Port = _standIn.Address.Port, Https = https },
            Proxy = proxy,
        };
        using var http = new HttpClient(new SocketsHttpHandler { Proxy = new ProxyRoutes(proxy) });
        return await new MarketClient(http, configuration, TimeProvider.System).GetAsync(default);
    }
}

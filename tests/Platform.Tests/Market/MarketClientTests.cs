using Microsoft.Extensions.Time.Testing;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Platform.Market;
using WazoPlugind.StandIn;

namespace WazoPlugind.Platform.Tests.Market;

public sealed class MarketClientTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private readonly HttpClient _http = new();
    private StandInServer _standIn = null!;

    private StandInMarket Market => _standIn.Market;

    public async Task InitializeAsync()
    {
        _standIn = await StandInServer.StartAsync(port: 0);
        Offer("first");
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _standIn.DisposeAsync();
    }

    [Fact]
    public async Task GetAsync_within_the_freshness_takes_the_copy()
    {
        var client = Create();
        var first = await client.GetAsync(default);
        Offer("second");
        _time.Advance(TimeSpan.FromSeconds(29));

        Assert.Same(first, await client.GetAsync(default));
        Assert.Equal(1, Market.Requests);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task GetAsync_after_the_freshness_asks_whether_the_market_has_changed(bool tags, bool dates)
    {
        (Market.HasTags, Market.HasDates) = (tags, dates);
        var client = Create();
        var first = await client.GetAsync(default);
        _time.Advance(TimeSpan.FromSeconds(31));

        Assert.Same(first, await client.GetAsync(default));
        Assert.Equal((2, 1), (Market.Requests, Market.Transfers));
        Assert.Same(first, await client.GetAsync(default));
        Assert.Equal(2, Market.Requests);

        Offer("second");
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("second", (await client.GetAsync(default)).Items.Single().Name);
    }

    [Fact]
    public async Task GetAsync_from_a_market_that_cannot_say_whether_it_has_changed_takes_it_whole()
    {
        Market.HasTags = false;
        var client = Create();
        await client.GetAsync(default);
        Offer("second");
        _time.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal("second", (await client.GetAsync(default)).Items.Single().Name);
    }

    [Fact]
    public async Task RevalidateAsync_asks_within_the_freshness()
    {
        var client = Create();
        await client.GetAsync(default);
        Offer("second");

        Assert.Equal("second", (await client.RevalidateAsync(default)).Items.Single().Name);
    }

    [Fact]
    public async Task GetAsync_by_many_at_once_asks_once_and_one_who_leaves_stops_nobody()
    {
        var open = new TaskCompletionSource();
        Market.Gate = open.Task;
        using var leaving = new CancellationTokenSource();
        var client = Create();
        var left = client.GetAsync(leaving.Token);
        var waiting = Enumerable.Range(0, 50).Select(_ => client.GetAsync(default)).ToList();

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        open.SetResult();

        var catalogs = await Task.WhenAll(waiting);
        Assert.Single(catalogs.Distinct());
        Assert.Equal(1, Market.Requests);
    }

    [Theory]
    [InlineData(404, "{}", "the market answered 404")]
    [InlineData(500, "", "the market answered 500")]
    [InlineData(301, "", "the market answered 301")]
    [InlineData(200, "<html>", "the market answered something that is not its plugins")]
    [InlineData(200, "", "the market answered something that is not its plugins")]
    [InlineData(200, "[]", "the market answered something that is not its plugins")]
    [InlineData(200, """{"items": {}}""", "the market answered something that is not its plugins")]
    [InlineData(200, """{"items": [], "items": []}""", "the market answered something that is not its plugins")]
    [InlineData(200, """{"items": [{"\ud800": 1}]}""", "the market answered something that is not its plugins")]
    public async Task GetAsync_from_a_market_that_answers_wrongly_says_so_even_with_a_copy(int status, string body, string reason)
    {
        var client = Create();
        await client.GetAsync(default);
        (Market.Status, Market.Body) = (status, body);
        _time.Advance(TimeSpan.FromSeconds(31));

        var error = await Assert.ThrowsAsync<PlatformUnavailableException>(() => client.GetAsync(default));

        Assert.Equal(reason, error.Message);
        (Market.Status, Market.HasTags) = (200, false);
        Offer("back");
        Assert.Equal("back", (await client.GetAsync(default)).Items.Single().Name);
    }

    [Fact]
    public async Task GetAsync_takes_no_more_than_16_MB()
    {
        Market.Body = $$"""{"items": [], "padding": "{{new string(' ', 16 * 1024 * 1024)}}"}""";

        await Assert.ThrowsAsync<PlatformUnavailableException>(() => Create().GetAsync(default));
    }

    [Fact]
    public async Task GetAsync_waits_no_longer_than_ten_seconds()
    {
        Market.Gate = new TaskCompletionSource().Task;
        var waiting = Create().GetAsync(default);
        while (Market.Requests == 0)
            await Task.Delay(10);

        _time.Advance(TimeSpan.FromSeconds(10));

        var error = await Assert.ThrowsAsync<PlatformUnavailableException>(() => waiting);
        Assert.Equal("the market did not answer within 10 s", error.Message);
    }

    [Fact]
    public async Task GetAsync_without_a_market_says_so()
    {
        var client = Create();
        await _standIn.DisposeAsync();

        await Assert.ThrowsAsync<PlatformUnavailableException>(() => client.GetAsync(default));
    }

    private void Offer(string name) => Market.Body = $$"""{"items": [{"namespace": "test", "name": "{{name}}", "versions": []}]}""";

    private MarketClient Create()
    {
        var market = new MarketConfiguration { Host = "127.0.0.1", Port = _standIn.Address.Port, Freshness = 30 };
        return new MarketClient(_http, new PlugindConfiguration { Market = market }, _time);
    }
}

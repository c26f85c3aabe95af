using System.Net;
using System.Text;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Auth;
using WazoPlugind.Platform.Confd;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Platform.Market;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Plugins.Sources.Market;

namespace WazoPlugind.Plugins.Tests.Sources.Market;

public sealed class MarketSourceTests
{
    private static readonly string Hash = new('a', 64);

    [Theory]
    [InlineData("""{"url": "https://h/a", "ref": 1.0, "subdirectory": ""}""", null, "git https://h/a 1.0  ")]
    [InlineData("""{"url": "https://h/a", "subdirectory": "s"}""", "git", "git https://h/a  s ")]
    [InlineData("""{"url": "https://h/a.zip", "sha256": "HASH", "subdirectory": "s"}""", "archive", "archive https://h/a.zip  s HASH")]
    public async Task The_market_says_which_source_has_a_plugin(string options, string? method, string expected)
    {
        var origin = (await ResolveAsync(options, method)).Value;

        Assert.Equal(
            expected.Replace("HASH", Hash, StringComparison.Ordinal),
            $"{origin?.Method} {origin?.Options.Url} {origin?.Options.Ref} {origin?.Options.Subdirectory} {origin?.Options.Sha256}");
    }

    [Theory]
    [InlineData("""{"ref": "1.0"}""", "git")]
    [InlineData("""{"url": "https://h/a.zip"}""", "archive")]
    [InlineData("""{"url": "https://h/a.zip", "sha256": "x"}""", "archive")]
    [InlineData("""{"url": "https://h/a"}""", "svn")]
    [InlineData("\"none\"", "git")]
    public async Task What_the_market_does_not_say_is_told(string options, string method) =>
        Assert.Equal("the market does not say from where version 1.0 is installed", (await ResolveAsync(options, method)).Failure?.Reason);

    [Theory]
    [InlineData("""{"version": "1.0", "min_wazo_version": "26.02", "max_wazo_version": 27.1}""", "from 26.02 to 27.1")]
    [InlineData("""{"version": "1.0", "min_wazo_version": "26.02"}""", "from 26.02 on")]
    [InlineData("""{"version": "1.0", "max_wazo_version": "25.17"}""", "up to 25.17")]
    [InlineData("""{"version": "1.0", "max_wazo_version": "25.17"}, {"version": "1.0", "min_wazo_version": "26.02"}""", "up to 25.17, and from 26.02 on")]
    public async Task A_version_that_is_asked_for_must_be_for_the_platform(string versions, string expected)
    {
        var result = await Source(Market($"{versions}, {OfVersion2}")).ResolveAsync(Options with { Version = "1.0" }, new TestProgress());

        Assert.Equal(StepFailure.Of("downloading", $"version 1.0 is for the platform's versions {expected}; this one is 26.01"), result.Failure);
    }

    [Theory]
    [InlineData("\"min_wazo_version\": \"26.01\", \"max_wazo_version\": \"26.01\"")]
    [InlineData("\"min_wazo_version\": \"25.17\"")]
    public async Task A_version_that_is_asked_for_and_for_the_platform_is_taken(string limits)
    {
        var one = $$$"""{"version": "1.0", {{{limits}}}, "options": {"url": "https://h/1"}}""";
        var other = """{"version": "1.0", "min_wazo_version": "27.01", "options": {"url": "https://h/other"}}""";

        var result = await Source(Market($"{OfVersion2}, {other}, {one}")).ResolveAsync(Options with { Version = "1.0" }, new TestProgress());

        Assert.Equal("https://h/1", result.Value?.Options.Url);
    }

    [Theory]
    [InlineData("2.0", true)]
    [InlineData("1.0", false)]
    public async Task The_platforms_version_is_asked_for_only_where_the_wanted_one_has_limits(string wanted, bool succeeds)
    {
        var market = Market(OfVersion2 + """, {"version": "1.0", "min_wazo_version": "1", "options": {"url": "https://h/1"}}""");

        var result = await Source(market, platformVersion: null).ResolveAsync(Options with { Version = wanted }, new TestProgress());

        Assert.Equal((succeeds, succeeds ? null : new Transience()), (result.Succeeded, result.Failure?.Transience));
    }

    [Fact]
    public async Task A_market_that_is_down_is_asked_again()
    {
        var failure = (await Source("", HttpStatusCode.BadGateway).ResolveAsync(Options, new TestProgress())).Failure;

        Assert.Equal(new Transience(), failure?.Transience);
    }

    [Fact]
    public async Task What_has_a_newer_version_is_found()
    {
        UpdateCandidate[] candidates = [.. ((string[])["0.9", "1.0"]).Select(version => new UpdateCandidate(
            new PluginReference("x", "a", version), PluginSources.ByName(new PluginReference("x", "a")), null))];

        var newer = await Source(Item("{}", "git")).FindNewerAsync(candidates, null!, new TestProgress());

        Assert.Equal([candidates[0]], newer.Value!);
    }

    private const string OfVersion2 = """{"version": "2.0", "options": {"url": "https://h/2"}}""";

    private static InstallOptions Options => new() { Namespace = "x", Name = "a" };

    private static Task<StepResult<PluginOrigin>> ResolveAsync(string options, string? method) =>
        Source(Item(options, method)).ResolveAsync(Options, new TestProgress());

    private static string Item(string options, string? method)
    {
        var said = method is null ? "" : $"\"method\": \"{method}\",";
        return Market($$"""{"version": "1.0", {{said}} "options": {{options.Replace("HASH", Hash, StringComparison.Ordinal)}}}""");
    }

    private static string Market(string versions) => $$"""{"items": [{"namespace": "x", "name": "a", "versions": [{{versions}}]}]}""";

    private static MarketSource Source(string answer, HttpStatusCode status = HttpStatusCode.OK, string? platformVersion = "26.01")
    {
        var http = new HttpClient(new Answers(answer, status));
        var configuration = new PlugindConfiguration { WazoVersion = platformVersion };
        return new MarketSource(new MarketClient(http, configuration, TimeProvider.System), new PlatformVersion(http, new WazoAuth(http, configuration.Auth, configuration.Credentials()), configuration, TimeProvider.System));
    }

    private sealed class Answers(string content, HttpStatusCode status) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(content, Encoding.UTF8, "application/json") });
    }
}

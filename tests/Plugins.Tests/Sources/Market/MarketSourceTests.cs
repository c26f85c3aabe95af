using System.Net;
using System.Text;
using WazoPlugind.Messages;
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

    private static InstallOptions Options => new() { Namespace = "x", Name = "a" };

    private static Task<StepResult<PluginOrigin>> ResolveAsync(string options, string? method) =>
        Source(Item(options, method)).ResolveAsync(Options, new TestProgress());

    private static string Item(string options, string? method)
    {
        var said = method is null ? "" : $"\"method\": \"{method}\",";
        return $$"""
            {"items": [{"namespace": "x", "name": "a", "versions": [{"version": "1.0", {{said}} "options": {{options.Replace("HASH", Hash, StringComparison.Ordinal)}}}]}]}
            """;
    }

    private static MarketSource Source(string answer, HttpStatusCode status = HttpStatusCode.OK)
    {
        var http = new HttpClient(new Answers(answer, status));
        var configuration = new PlugindConfiguration { WazoVersion = "26.01" };
        return new MarketSource(new MarketClient(http, configuration, TimeProvider.System), new PlatformVersion(http, null!, configuration, TimeProvider.System));
    }

    private sealed class Answers(string content, HttpStatusCode status) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(content, Encoding.UTF8, "application/json") });
    }
}

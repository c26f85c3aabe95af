using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.StandIn;

namespace WazoPlugind.Api.Tests;

/// <summary>Replays the recorded requests byte for byte, and compares status and body.</summary>
public sealed class RecordedAnswersTests : IAsyncLifetime
{
    private StandInServer _standIn = null!;

    public async Task InitializeAsync() => _standIn = await StandInServer.StartAsync(port: 0);

    public async Task DisposeAsync() => await _standIn.DisposeAsync();

    // What is wanted instead of what was recorded, and why.
    private static readonly Dictionary<string, (int Status, string Body)> Differences = new()
    {
        // An empty or malformed body says what is wrong, in the shape of every other error.
        ["400-install.txt: no body"] = (400, "The body is not valid JSON"),
        ["400-install.txt: empty body, JSON content type"] = (400, "The body is not valid JSON"),
        ["400-install.txt: not JSON"] = (400, "The body is not valid JSON"),
        ["400-install.txt: JSON string"] = (400, "The body is not a JSON object"),
        // There is one method more.
        ["400-install.txt: unknown method"] = (400, "Must be one of: git, market, archive."),
        // Options that are not an object are a field of the wrong type like any other.
        ["400-install.txt: options not an object"] = (400, "Not a valid mapping type."),
        // There is one shape for a bad field; some were recorded in a list.
        ["400-install.txt: git: url empty"] = (400, "Shorter than minimum length 1."),
        ["400-install.txt: git: ref empty and subdirectory empty"] = (400, "Shorter than minimum length 1."),
        ["400-install.txt: market: name empty, namespace a number"] = (400, "Shorter than minimum length 1."),
        // Pages for people are errors for programs.
        ["404.txt: unknown path"] = (404, "not-found"),
        ["404.txt: unknown path, no token"] = (404, "not-found"),
        ["404.txt: root"] = (404, "not-found"),
        ["404.txt: trailing slash"] = (404, "not-found"),
        ["404.txt: other version"] = (404, "not-found"),
        ["other-http.txt: Origin, 404"] = (404, "not-found"),
        ["other-http.txt: method not allowed"] = (405, "method-not-allowed"),
        ["other-http.txt: method not allowed, no token"] = (405, "method-not-allowed"),
        ["other-http.txt: PATCH"] = (405, "method-not-allowed"),
        // A version is shown as it is written, and not as a number.
        ["200-plugins.txt: list"] = (200, "\"version\":\"1.1\""),
        ["200-plugins.txt: plugin with odd metadata"] = (200, "\"version\":\"1.1\""),
        // A date is shown as text.
        ["500-plugins-with-a-date.txt: list"] = (200, "2020-01-02"),
        ["500-plugins-with-a-date.txt: plugin"] = (200, "2020-01-02"),
        // A market that is down, or answers an error, is one error for the list and for an item.
        ["503-market-down.txt: item"] = (503, "market-service-unavailable"),
        ["market-answers-404.txt: list"] = (503, "market-service-unavailable"),
        ["market-answers-404.txt: item"] = (503, "market-service-unavailable"),
        // ConfigTests compares it: the values are this machine's, and the secrets are masked.
        ["other-http.txt: config"] = (200, "config_file"),
        // The description is our own; ApiDescriptionTests looks into it.
        ["other-http.txt: api.yml"] = (200, "basePath: /0.2\n"),
        ["other-http.txt: api.yml behind the proxy"] = (200, "basePath: /api/plugind/0.2\n"),
        ["503-before-auth-is-up.txt: wazo-auth does not listen: the specification needs no token"] = (200, "basePath: /0.2\n"),
        // The error names what happened, not the client library and the token.
        ["503-before-auth-is-up.txt: wazo-auth does not listen"] = (503, "authentication-server-unreachable"),
        ["503-before-auth-is-up.txt: wazo-auth does not listen: status"] = (503, "authentication-server-unreachable"),
        ["503-before-auth-is-up.txt: wazo-auth does not listen, no token"] = (503, "authentication-server-unreachable"),
    };

    [Fact]
    public async Task Refused_requests_get_the_recorded_answers()
    {
        _standIn.Market.Body = RecordedMarket();
        await using var api = await (await ApiHost.StartAsync(_standIn.Address.Port, AtStandIn)).ReadyAsync();

        await ReplayAsync(api, "400-install.txt", "401.txt", "404.txt", "other-http.txt");
    }

    [Fact]
    public async Task Installed_plugins_are_shown_as_recorded()
    {
        _standIn.Market.Body = RecordedMarket();
        await using var api = await (await ApiHost.StartAsync(
            _standIn.Address.Port,
            AtStandIn,
            ["namespace: captures\nname: float-version\nversion: 1.1\ndescription: \"non ascii: é 漢字\"\nextra_field: {a: [1, 2.5, true, null], 3: yes}",
            "namespace: plugindtests\nname: foobaz\nversion: 0.0.1",
            "namespace: captures\nname: with-tig\nversion: 0.0.1\ndebian_depends: [tig]"])).ReadyAsync();

        await ReplayAsync(api, "200-plugins.txt");
    }

    [Fact]
    public async Task The_market_is_shown_as_recorded()
    {
        _standIn.Market.Body = RecordedMarket();
        await using var api = await (await ApiHost.StartAsync(_standIn.Address.Port, AtStandIn)).ReadyAsync();

        await ReplayAsync(api, "200-market.txt", "400-market.txt");
    }

    [Fact]
    public async Task Without_the_market_the_answer_is_the_recorded_503()
    {
        await using var api = await (await ApiHost.StartAsync(
            _standIn.Address.Port, configuration => configuration with { Market = new MarketConfiguration { Host = "127.0.0.1", Port = 1 } }))
            .ReadyAsync();

        await ReplayAsync(api, "503-market-down.txt");
    }

    [Fact]
    public async Task With_a_market_that_answers_an_error_the_answer_is_503_too()
    {
        _standIn.Market.Status = 404;
        await using var api = await (await ApiHost.StartAsync(_standIn.Address.Port, AtStandIn)).ReadyAsync();

        await ReplayAsync(api, "market-answers-404.txt");
    }

    [Fact]
    public async Task A_plugin_with_a_date_breaks_nothing()
    {
        await using var api = await (await ApiHost.StartAsync(
            _standIn.Address.Port, null, ["namespace: captures\nname: dated\nversion: 0.0.1\nreleased: 2020-01-02"])).ReadyAsync();

        await ReplayAsync(api, "500-plugins-with-a-date.txt");
    }

    [Fact]
    public async Task Without_wazo_auth_the_answer_is_the_recorded_503()
    {
        await using var api = await ApiHost.StartAsync(
            authPort: 9497, configuration => configuration with { Auth = configuration.Auth with { Host = "localhost" } });

        await ReplayAsync(api, "503-before-auth-is-up.txt");
    }

    [Fact]
    public async Task Before_the_master_tenant_is_known_the_answer_is_the_recorded_503()
    {
        await using var api = await ApiHost.StartAsync(
            _standIn.Address.Port, configuration => configuration with { Auth = configuration.Auth with { Password = "wrong" } });

        await ReplayAsync(api, "503-not-initialized.txt");
    }

    // The status has three components more than it had.
    private static string Wanted(Recording recording) => recording.Body.Replace(
        "{\"rest_api\": {\"status\": \"ok\"},",
        "{\"rest_api\": {\"status\": \"ok\"}, \"bus\": {\"status\": \"ok\"}, \"tools\": {\"status\": \"ok\"}, \"worker\": {\"status\": \"ok\"},");

    private PlugindConfiguration AtStandIn(PlugindConfiguration configuration) => configuration with
    {
        WazoVersion = "17.10",
        Market = new MarketConfiguration { Host = "127.0.0.1", Port = _standIn.Address.Port },
    };

    // The market as it was: what the recorded list has, with the git options that the list leaves out. The orders by other
    // fields show which plugins came first in it.
    private static string RecordedMarket()
    {
        string[] first = ["admin-ui-user", "admin-ui-conference", "admin-ui-parking-lot"];
        var items = JsonNode.Parse(Recording.Read("200-market.txt").Single(recording => recording.Title == "all").Body)!["items"]!.AsArray();
        foreach (var item in items)
        {
            item!.AsObject().Remove("installed_version");
            var version = item["versions"]![0]!.AsObject();
            version.Remove("upgradable");
            if (item["homepage"] is not { } homepage)
                continue;
            version["method"] = "git";
            version["options"] = new JsonObject { ["url"] = homepage.DeepClone() };
        }

        var ordered = items.OrderBy(item => Array.IndexOf(first, item!["name"]!.GetValue<string>()) is var index and >= 0 ? index : first.Length);
        return new JsonObject { ["items"] = new JsonArray([.. ordered.Select(item => item!.DeepClone())]) }.ToJsonString();
    }

    private static async Task ReplayAsync(ApiHost api, params string[] files)
    {
        var replayed = 0;
        foreach (var file in files)
        {
            foreach (var recording in Recording.Read(file))
            {
                var (status, head, body) = await SendAsync(api, recording.ToWire());
                var title = $"{file}: {recording.Title}";
                Assert.Equal($"{title}: {Recording.Shared(recording.Head)}", $"{title}: {Recording.Shared(head)}");
                if (Differences.TryGetValue(title, out var wanted))
                {
                    Assert.True((wanted.Status, true) == (status, body.Contains(wanted.Body, StringComparison.Ordinal)), $"{title}: {status} {body}");
                    Assert.DoesNotContain("<html", body);
                }
                else
                {
                    Assert.Equal($"{title}: {recording.Status} {Recording.Normalized(Wanted(recording))}", $"{title}: {status} {Recording.Normalized(body)}");
                }

                replayed++;
            }
        }

        Assert.NotEqual(0, replayed);
    }

    private static async Task<(int Status, string Head, string Body)> SendAsync(ApiHost api, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", api.Address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request));
        using var reader = new StreamReader(stream);
        var answer = (await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30))).Split("\r\n\r\n", 2);
        return (int.Parse(answer[0].Split(' ')[1]), answer[0], answer[1]);
    }
}

using System.Text.Json.Nodes;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.StandIn;

namespace WazoPlugind.Api.Tests.Installations;

public sealed class InstallationsModuleTests : IAsyncLifetime
{
    private const string Address = "/0.2/plugins/official/hello/installation";

    private readonly string _packages = Directory.CreateTempSubdirectory("plugind-packages-").FullName;
    private StandInServer _standIn = null!;
    private ApiHost _api = null!;

    public async Task InitializeAsync()
    {
        _standIn = await StandInServer.StartAsync(port: 0);
        _api = await (await ApiHost.StartAsync(
            _standIn.Address.Port,
            configuration => configuration with
            {
                PackagesDir = _packages,
                Market = new MarketConfiguration { Host = "127.0.0.1", Port = _standIn.Address.Port, Freshness = 0 },
            },
            ["namespace: official\nname: hello\nversion: 1.1.0", "namespace: official\nname: older\nversion: 2"])).ReadyAsync();
    }

    public async Task DisposeAsync()
    {
        await _api.DisposeAsync();
        await _standIn.DisposeAsync();
        Directory.Delete(_packages, recursive: true);
    }

    [Fact]
    public async Task Tells_where_a_plugin_came_from_by_whom_what_is_newer_and_why_it_is_broken()
    {
        const string operation = "90656b27-1ff8-41bd-a527-4e98426a57ad";
        await WriteProvenanceAsync($$"""
            {"method": "market", "url": "https://git.example.com/hello.git", "ref": "v1", "commit": "1f0a", "version": "1.1.0",
             "operation": "{{operation}}", "built_at": "2026-11-22T07:38:51Z"}
            """);
        _api.PrepareOperations($$"""
            INSERT INTO operations (uuid, kind, action, status, created_at, requester, data)
            VALUES ('{{operation}}', 'install', 'install', 'completed', '2026', '{"user_uuid": "someone"}', '')
            """);
        _standIn.Market.Body = """
            {"items": [{"namespace": "official", "name": "hello", "versions": [{"version": "1.2"}, {"version": "1.1.0"}]}]}
            """;
        new BrokenPlugins(new PlugindConfiguration { PackagesDir = _packages }).Mark(new BrokenPlugin
        {
            Package = "wazo-plugind-hello-official",
            Namespace = "official",
            Name = "hello",
            Version = "1.1.0",
            Reason = "its install step failed",
            Output = ["no such file"],
            Time = DateTimeOffset.UnixEpoch,
        });

        var shown = JsonNode.Parse(await _api.GetAsync(Address))!;

        Assert.Equal(
            """
            {"known":true,"method":"market","source":"git","options":{"url":"https://git.example.com/hello.git","ref":"v1"},"revision":"1f0a","built_at":"2026-11-22T07:38:51.0000000Z","commit":"1f0a"}
            """.Trim(),
            shown["origin"]!.ToJsonString());
        Assert.Equal((operation, "someone"), (Text(shown["operation"]), Text(shown["requester"]!["user_uuid"])));
        Assert.Equal(("1.1.0", "1.2"), (Text(shown["version"]), Text(shown["newer_version"])));
        Assert.Equal(new FileInfo(Path.Join(Installed, "wazo", "plugin.yml")).Length, shown["size"]!.GetValue<long>());
        Assert.NotNull(shown["installed_at"]);
        Assert.Equal(
            """{"version":"1.1.0","since":"1970-01-01T00:00:00.0000000Z","reason":"its install step failed","output":["no such file"]}""",
            shown["broken"]!.ToJsonString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{")]
    [InlineData("""{"method": "git"}""")]
    public async Task Says_that_an_origin_is_unknown(string? provenance)
    {
        if (provenance is not null)
            await WriteProvenanceAsync(provenance);

        var shown = JsonNode.Parse(await _api.GetAsync(Address))!;

        Assert.Equal("""{"known":false}""", shown["origin"]!.ToJsonString());
        Assert.All(["operation", "requester", "broken"], key => Assert.Null(shown[key]));
    }

    [Fact]
    public async Task A_market_that_fails_leaves_open_what_is_newer_and_the_list_has_all()
    {
        _standIn.Market.Body = "nonsense";

        var list = JsonNode.Parse(await _api.GetAsync("/0.2/installations"))!;

        Assert.Equal(["hello", "older"], list["items"]!.AsArray().Select(item => Text(item!["name"])));
        Assert.All(list["items"]!.AsArray(), item => Assert.Null(item!["newer_version"]));
        Assert.Equal(2, list["total"]!.GetValue<int>());
    }

    [Theory]
    [InlineData(Address, "plugind.plugins.official.hello.read")]
    [InlineData("/0.2/installations", "plugind.plugins.read")]
    public async Task The_access_is_that_of_reading_plugins(string path, string access) =>
        Assert.Contains($"\"{access}\"", await _api.GetAsync(path, StandInServer.MarketToken));

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private string Installed => Path.Join(Path.GetDirectoryName(_api.StatusFile), "official", "hello");

    private Task WriteProvenanceAsync(string json) => File.WriteAllTextAsync(Path.Join(Installed, Provenance.FileName), json);
}

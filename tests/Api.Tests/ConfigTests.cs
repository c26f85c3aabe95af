using System.Text.Json.Nodes;
using WazoPlugind.StandIn;

namespace WazoPlugind.Api.Tests;

public sealed class ConfigTests : IAsyncLifetime
{
    // Keys of the replaced service that mean nothing to this one: it has no templates.
    private static readonly string[] Gone = ["template_dir", "control_template", "postinst_template", "postrm_template", "prerm_template"];

    private StandInServer _standIn = null!;

    public async Task InitializeAsync() => _standIn = await StandInServer.StartAsync(port: 0);

    public async Task DisposeAsync() => await _standIn.DisposeAsync();

    [Fact]
    public async Task Every_recorded_key_is_shown()
    {
        await using var api = await (await ApiHost.StartAsync(_standIn.Address.Port)).ReadyAsync();

        var shown = JsonNode.Parse(await api.GetAsync("/0.2/config"))!;

        var recorded = JsonNode.Parse(Recording.Read("other-http.txt").Single(recording => recording.Title == "config").Body)!;
        Assert.Empty(Keys(recorded).Except(Keys(shown)).Except(Gone));
        Assert.Equal("/etc/wazo-plugind/config.yml", shown["config_file"]!.GetValue<string>());
        Assert.Equal(9486, shown["confd"]!["port"]!.GetValue<int>());
    }

    [Fact]
    public async Task Secrets_are_masked_at_any_depth_and_unknown_keys_are_kept()
    {
        var tree = JsonNode.Parse("""
            {"mine": {"deep": [{"api_token": "s3cr3t"}, "https://me:s3cr3t@example.org/a"], "kept": 1},
             "pem": "-----BEGIN PRIVATE KEY-----s3cr3t"}
            """)!.AsObject();
        await using var api = await (await ApiHost.StartAsync(
            _standIn.Address.Port,
            configuration => configuration with
            {
                Bus = configuration.Bus with { Password = "s3cr3t" },
                Consul = configuration.Consul with { Token = "s3cr3t" },
            },
            tree: tree)).ReadyAsync();

        var text = await api.GetAsync("/0.2/config");

        Assert.DoesNotContain("s3cr3t", text);
        Assert.DoesNotContain("plugind-password", text);
        Assert.Equal(
            """{"deep":[{"api_token":"********"},"https://example.org/a"],"kept":1}""", JsonNode.Parse(text)!["mine"]!.ToJsonString());
    }

    private static IEnumerable<string> Keys(JsonNode node, string parent = "") =>
        node is JsonObject properties
            ? properties.SelectMany(pair => Keys(pair.Value ?? JsonValue.Create("")!, parent + pair.Key + ".").Prepend(parent + pair.Key))
            : [];
}

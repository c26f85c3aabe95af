using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

/// <summary>The program that is everything in one process ends without a warning; what it had accepted goes on at its start.</summary>
[Collection(SharedPlatform.Name)]
public sealed class Killed_in_one_process(Platform platform) : KilledJourney(platform)
{
    public static IEnumerable<object[]> Installing => Points(
        ["saga.changed@InstallPluginCommand", "package.built", "step.reported#3"],
        [
            "source.fetched", "source.validated", "package.packaged", "package.staged", "package.installed", "package.kept", "saga.changed@PluginFetched",
            "saga.changed@PluginBuilt", "saga.changed@PackageInstalled", .. Times("step.began", 1, 3), .. Times("step.reported", 1, 3),
            .. Times("outbox.sent", 1, 3), .. Times("saga.saving", 2, 5), .. Times("saga.saved", 2, 5), .. Times("event.published", 1, 11),
        ]);

    [Theory]
    [MemberData(nameof(Installing))]
    public async Task An_installation_is_done(string point)
    {
        var repository = await Platform.CreatePluginAsync("alone-" + NameOf(point));
        await SurviveAsync(point, repository, repository.Url);
    }

    [Fact]
    public async Task An_installation_with_credentials_is_done_though_a_report_is_lost()
    {
        var repository = await Platform.CreatePluginAsync("alone-private");
        await using var server = await PrivateServer.StartAsync(repository);
        await SurviveAsync("step.reported", repository, server.UrlWithPassword);
    }

    private async Task SurviveAsync(string point, PluginRepository repository, string url)
    {
        var (port, events) = (Platform.FreePort(), Path.Join(Platform.Directory, $"{repository.Name}.events"));
        var config = await Platform.ConfigureAsync($$"""
            rest_api: {port: {{port}}}
            bus: {port: 1, events_file: {{events}}}
            operations: {database: {{Platform.Directory}}/{{repository.Name}}.db}
            """);
        await File.WriteAllTextAsync(events, "");
        using var client = new PluginClient(port, () => Platform.Events);
        string uuid;
        await using (var dying = ServiceProcess.Start("Standalone", "wazo-plugind", fault: point, ["--standalone", "-c", config]))
        {
            await client.WaitUntilReadyAsync(dying);
            uuid = await client.RequestInstallAsync(new JsonObject { ["url"] = url });
            // The point must have been reached, or the test is about nothing.
            Assert.Equal(137, await dying.WaitAsync());
        }

        await using var service = ServiceProcess.Start("Standalone", "wazo-plugind", "--standalone", "-c", config);
        await client.WaitUntilReadyAsync(service);

        var operation = await client.GetEndedAsync(uuid);
        Assert.True(operation["status"]!.GetValue<string>() == "completed", operation.ToJsonString());
        await Wait.UntilAsync(async () => (await StatusesAsync(events)).Contains("completed"), "the end's event");
        Assert.Equal(InstallSteps, (await StatusesAsync(events)).Distinct());
        Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(repository.Package));
    }

    private static async Task<IReadOnlyList<string>> StatusesAsync(string events) =>
        [.. (await File.ReadAllTextAsync(events)).Split('\n').Where(line => line.EndsWith('}')).Select(line => JsonNode.Parse(line)!["data"]!["status"]!.GetValue<string>())];
}

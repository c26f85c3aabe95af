using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

[Collection(SharedPlatform.Name)]
public sealed class Installing_from_the_market(Platform platform) : Journey(platform)
{
    [Fact]
    public async Task Takes_the_newest_version_that_the_platform_can_take_and_a_second_time_does_nothing()
    {
        var repository = await Platform.CreatePluginAsync("marketed", version: "1.0");
        await repository.GitAsync("tag", "v1.0");
        await repository.CommitAsync("2.0");
        Offer("marketed", $$"""
            [{"version": "2.0", "min_wazo_version": "17.11", "options": {"url": "{{repository.Url}}" } },
             {"version": "1.0", "max_wazo_version": "17.10", "options": {"url": "{{repository.Url}}", "ref": "v1.0" } }]
            """);

        var first = await Platform.Client.InstallFromMarketAsync("marketed");
        var second = await Platform.Client.InstallFromMarketAsync("marketed");

        AssertBodiesAsRecorded("events-install.txt", "market", first);
        AssertBodiesAsRecorded("events-install.txt", "market, already installed", second);
        Assert.Equal("1.0", await Platform.InstalledVersionAsync(repository.Package));
    }

    [Fact]
    public async Task Takes_the_version_that_is_asked_for()
    {
        var repository = await Platform.CreatePluginAsync("chosen", version: "1.0");
        await repository.GitAsync("tag", "v1.0");
        await repository.CommitAsync("2.0");
        Offer("chosen", $$"""
            [{"version": "2.0", "options": {"url": "{{repository.Url}}" } },
             {"version": "1.0", "options": {"url": "{{repository.Url}}", "ref": "v1.0" } }]
            """);

        await Platform.Client.InstallFromMarketAsync("chosen", "1.0");
        Assert.Equal("1.0", await Platform.InstalledVersionAsync(repository.Package));
        await Platform.Client.InstallFromMarketAsync("chosen", "2.0");
        Assert.Equal("2.0", await Platform.InstalledVersionAsync(repository.Package));
    }

    [Fact]
    public async Task A_version_that_there_is_not_names_those_that_there_are()
    {
        Offer("versioned", """[{"version": "1.1", "options": {"url": "file:///x"}}, {"version": 1.0}]""");

        var messages = await Platform.Client.InstallFromMarketAsync("versioned", "9.9");

        Installing_a_plugin.AssertStatuses(messages, "starting", "downloading", "error");
        Assert.Equal("downloading-error", messages[^1].Errors["error_id"]!.GetValue<string>());
        Assert.Contains("1.1, 1.0", messages[^1].Reason);
    }

    [Theory]
    [InlineData("market: unknown plugin", "absent", "[]")]
    [InlineData("market: entry without options", "present", """[{"version": "0.0.1"}]""")]
    public async Task What_the_market_cannot_give_ends_as_recorded(string recorded, string name, string versions)
    {
        Offer("present", versions);

        var messages = await Platform.Client.InstallFromMarketAsync(name);

        var bodies = Recording.Bodies("events-install-error.txt", recorded);
        Installing_a_plugin.AssertStatuses(messages, [.. bodies.Select(body => body["data"]!["status"]!.GetValue<string>())]);
        var expected = bodies[^1]["data"]!["errors"]!.DeepClone();
        expected["details"]!["install_options"] = new JsonObject { ["namespace"] = "acceptance", ["name"] = name };
        Recording.AssertSame(expected, messages[^1].Errors);
    }

    [Theory]
    [InlineData("nowhere", "extracting-error")]
    [InlineData(null, "installing-dependencies-error")]
    public async Task Tells_of_a_failure_what_the_market_has_chosen(string? subdirectory, string error)
    {
        var repository = await Platform.CreatePluginAsync($"chosen{subdirectory}", manifest: "depends: [{namespace: acceptance, name: absent}]");
        var options = new JsonObject { ["url"] = repository.Url, ["subdirectory"] = subdirectory };
        Offer("chosen", new JsonArray(new JsonObject { ["version"] = "0.0.1", ["options"] = options }).ToJsonString());

        var messages = await Platform.Client.InstallFromMarketAsync("chosen");

        Assert.Equal(error, messages[^1].Errors["error_id"]!.GetValue<string>());
        Recording.AssertSame(
            new JsonObject
            {
                ["install_options"] = new JsonObject
                {
                    ["namespace"] = "acceptance",
                    ["name"] = "chosen",
                    ["url"] = repository.Url,
                    ["ref"] = "master",
                    ["subdirectory"] = subdirectory,
                },
            },
            messages[^1].Details);
    }

    private static void AssertBodiesAsRecorded(string file, string title, IReadOnlyList<WazoMessage> messages) =>
        Assert.Equal(
            Recording.Bodies(file, title).Select(body => body["data"]!["status"]!.GetValue<string>()),
            messages.Select(message => message.Status));

    private void Offer(string name, string versions) =>
        Platform.StandIn.Market.Body = $$"""{"items": [{"namespace": "acceptance", "name": "{{name}}", "versions": {{versions}}}]}""";
}

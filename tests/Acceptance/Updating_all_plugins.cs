using System.Net;
using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

[Collection(SharedPlatform.Name)]
public sealed class Updating_all_plugins(Platform platform) : Journey(platform)
{
    // All means all: what other journeys have installed would be updated too.
    public override Task InitializeAsync() => Platform.PurgePluginsAsync();

    [Fact]
    public async Task Updates_what_has_something_newer_each_by_an_operation_of_its_own()
    {
        var (sold, current) = (await Platform.CreatePluginAsync("all-sold"), await Platform.CreatePluginAsync("all-current"));
        var (grown, tagged) = (await Platform.CreatePluginAsync("all-grown"), await Platform.CreatePluginAsync("all-tagged"));
        await tagged.GitAsync("-c", "user.name=a", "-c", "user.email=a@localhost", "tag", "--annotate", "--message=v1", "v1");
        Platform.OfferInMarket(sold, current);
        await Platform.Client.InstallFromMarketAsync(sold.Name);
        await Platform.Client.InstallFromMarketAsync(current.Name);
        await Platform.Client.InstallAsync(grown);
        await Platform.Client.InstallAsync(new JsonObject { ["url"] = tagged.Url, ["ref"] = "v1" });
        await grown.CommitAsync("0.0.2");
        await tagged.CommitAsync("0.0.2");
        await sold.CommitAsync("0.0.2");
        Platform.OfferInMarket(sold, current);

        var (uuid, messages) = await UpdateAllAsync();

        Installing_a_plugin.AssertStatuses(messages, "starting", "downloading", "completed");
        var operation = await Platform.Client.GetEndedAsync(uuid);
        Assert.Equal(("update", "completed"), (operation["action"]!.GetValue<string>(), operation["status"]!.GetValue<string>()));
        Assert.Null(operation["plugin"]);
        Assert.Equal(["downloading"], operation["steps"]!.AsArray().Select(step => step!["name"]!.GetValue<string>()));
        var children = await Task.WhenAll(operation["children"]!.AsArray().Select(child => Platform.Client.GetEndedAsync(child!.GetValue<string>())));
        Assert.Equal(["all-grown", "all-sold"], children.Select(child => child["plugin"]!["name"]!.GetValue<string>()).Order());
        Assert.All(children, child => Assert.Equal((uuid, "completed", "update"),
            (child["parent"]!.GetValue<string>(), child["status"]!.GetValue<string>(), child["action"]!.GetValue<string>())));
        Assert.Equal("0.0.2", await Platform.InstalledVersionAsync(grown.Package));
        Assert.Equal("0.0.2", await Platform.InstalledVersionAsync(sold.Package));
        Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(tagged.Package));

        // A second time there is nothing to do.
        Assert.Empty((await Platform.Client.GetEndedAsync((await UpdateAllAsync()).Uuid))["children"]!.AsArray());
    }

    [Fact]
    public async Task Updates_many()
    {
        var plugins = await Task.WhenAll(Enumerable.Range(0, 10).Select(number => Platform.CreatePluginAsync($"all-many{number}")));
        foreach (var messages in await Task.WhenAll(plugins.Select(plugin => Platform.Client.InstallAsync(plugin))))
            AssertCompleted(messages);
        foreach (var plugin in plugins)
            await plugin.CommitAsync("0.0.2");

        var (uuid, _) = await UpdateAllAsync();

        var children = (await Platform.Client.GetEndedAsync(uuid))["children"]!.AsArray().Select(child => child!.GetValue<string>()).ToList();
        Assert.Equal(plugins.Length, children.Count);
        Assert.Equal(["0.0.2"], (await Task.WhenAll(plugins.Select(plugin => Platform.InstalledVersionAsync(plugin.Package)))).Distinct());
    }

    [Fact]
    public async Task Names_what_could_not_be_updated_and_updates_the_others()
    {
        var (spoilt, gone, grown) =
            (await Platform.CreatePluginAsync("all-spoilt"), await Platform.CreatePluginAsync("all-gone"), await Platform.CreatePluginAsync("all-good"));
        foreach (var plugin in (PluginRepository[])[spoilt, gone, grown])
            await Platform.Client.InstallAsync(plugin);
        await spoilt.CommitAsync("0.0.2", rules: "[ $1 != build ] || exit 4");
        await grown.CommitAsync("0.0.2");
        Directory.Delete(gone.Path, recursive: true);

        var (_, messages) = await UpdateAllAsync();

        Assert.Equal(("error", "installing-error"), (messages[^1].Status, messages[^1].Errors["error_id"]!.GetValue<string>()));
        Assert.Equal(["all-gone", "all-spoilt"], messages[^1].Failure["updates"]!.AsArray().Select(update => update!["name"]!.GetValue<string>()).Order());
        Assert.Contains("acceptance/all-spoilt (", messages[^1].Reason);
        Assert.Equal("0.0.2", await Platform.InstalledVersionAsync(grown.Package));
        Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(spoilt.Package));
    }

    [Fact]
    public async Task With_none_installed_completes_and_a_part_of_a_request_is_refused()
    {
        Installing_a_plugin.AssertStatuses((await UpdateAllAsync()).Messages, "starting", "downloading", "completed");

        var (status, body) = await Platform.Client.SendAsync(
            HttpMethod.Post, "/0.2/operations", new JsonObject { ["action"] = "update", ["version"] = "1.0" });
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.NotNull(body!["details"]!["name"]);
    }

    private async Task<(string Uuid, IReadOnlyList<WazoMessage> Messages)> UpdateAllAsync()
    {
        var (status, body) = await Platform.Client.SendAsync(HttpMethod.Post, "/0.2/operations", new JsonObject { ["action"] = "update" });
        Assert.Equal(HttpStatusCode.Created, status);
        var uuid = body!["uuid"]!.GetValue<string>();
        return (uuid, await Platform.Events.OfAsync(uuid));
    }
}

using System.Net;
using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

/// <summary>A worker ends without a warning while an operation waits for others that are parts of it.</summary>
[Collection(SharedPlatform.Name)]
public sealed class Killed_while_parts_are_under_way(Platform platform) : KilledJourney(platform)
{
    public static IEnumerable<object[]> Installing => Points(
        ["saga.changed@ChildEnded", "outbox.sent#3"],
        [.. Times("outbox.sent", 1, 13), .. Times("saga.saving", 2, 10), .. Times("saga.saved", 2, 10), .. Times("saga.changed", 1, 12)]);

    public static IEnumerable<object[]> UpdatingAll => Points(
        ["saga.changed@UpdatesFound"],
        [.. Times("outbox.sent", 1, 11), .. Times("saga.saving", 2, 8), .. Times("saga.saved", 2, 8), .. Times("event.published", 1, 24)]);

    // An update of all would take what other journeys have installed too.
    public override Task InitializeAsync() => Platform.PurgePluginsAsync();

    [Theory]
    [MemberData(nameof(Installing))]
    public async Task An_installation_with_what_it_needs_is_done(string point)
    {
        var name = NameOf(point);
        var (left, right) = (await Platform.CreatePluginAsync($"left-{name}"), await Platform.CreatePluginAsync($"right-{name}"));
        Platform.OfferInMarket(left, right);
        var top = await Platform.CreatePluginAsync(
            $"top-{name}", manifest: $"depends: [{{namespace: acceptance, name: {left.Name}}}, {{namespace: acceptance, name: {right.Name}}}]");

        var uuid = await SurviveAsync(point, InstallSteps, () => Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = top.Url }));

        await AssertPartsAsync(uuid, 2);
        foreach (var repository in (PluginRepository[])[top, left, right])
            Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(repository.Package));
    }

    [Theory]
    [MemberData(nameof(UpdatingAll))]
    public async Task An_update_of_all_is_done(string point)
    {
        var name = NameOf(point);
        PluginRepository[] plugins = [await Platform.CreatePluginAsync($"all-one-{name}"), await Platform.CreatePluginAsync($"all-two-{name}")];
        foreach (var plugin in plugins)
        {
            AssertCompleted(await Platform.Client.InstallAsync(plugin));
            await plugin.CommitAsync("0.0.2");
        }

        var uuid = await SurviveAsync(point, ["starting", "downloading", "completed"], async () =>
        {
            var (status, body) = await Platform.Client.SendAsync(HttpMethod.Post, "/0.2/operations", new JsonObject { ["action"] = "update" });
            Assert.Equal(HttpStatusCode.Created, status);
            return body!["uuid"]!.GetValue<string>();
        });

        await AssertPartsAsync(uuid, plugins.Length);
        foreach (var plugin in plugins)
            Assert.Equal("0.0.2", await Platform.InstalledVersionAsync(plugin.Package));
    }

    private async Task AssertPartsAsync(string uuid, int count)
    {
        var parts = (await Platform.Client.GetEndedAsync(uuid))["children"]!.AsArray().Select(child => child!.GetValue<string>()).ToList();
        Assert.Equal(count, parts.Count);
        foreach (var part in parts)
            AssertOnce(InstallSteps, await Platform.Events.OfAsync(part));
    }
}

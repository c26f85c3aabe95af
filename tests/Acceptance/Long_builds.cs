using System.Text.Json.Nodes;
using WazoPlugind.StandIn;

namespace WazoPlugind.Acceptance;

/// <summary>What takes long shares the machine with what is quick.</summary>
[Collection(SharedPlatform.Name)]
public sealed class Long_builds(Platform platform) : Journey(platform)
{
    // Where a sandbox shows it too.
    private const string Gate = "/opt/acceptance-long-gate";

    public override Task InitializeAsync() => Platform.WaitForWorkerAsync();

    [Fact]
    public async Task Do_not_hold_up_short_ones()
    {
        File.Delete(Gate);
        List<string> builds = [];
        for (var number = 0; number <= Environment.ProcessorCount; number++)
            builds.Add(await RequestAsync($"long{number}", $"[ $1 != build ] || until [ -e {Gate} ]; do sleep 0.05; done"));
        foreach (var uuid in builds)
            await Platform.Events.WaitForAsync(uuid, "building");

        AssertCompleted(await Platform.Client.InstallAsync(await Platform.CreatePluginAsync("short")));

        Assert.All(builds, uuid => Assert.Equal("building", Platform.Events.StatusOf(uuid)));
        await File.WriteAllTextAsync(Gate, "");
        foreach (var uuid in builds)
            AssertCompleted(await Platform.Events.OfAsync(uuid));
        File.Delete(Gate);
    }

    [Fact]
    public async Task Of_one_who_asks_for_many_do_not_hold_up_someone_else()
    {
        File.Delete(Gate);
        // More than a worker begins of one kind, of those that take long too.
        var repositories = await Task.WhenAll(Enumerable.Range(0, (2 * Environment.ProcessorCount) + 2).Select(number =>
            Platform.CreatePluginAsync($"many-long{number}", rules: $"[ $1 != build ] || until [ -e {Gate} ]; do sleep 0.1; done")));
        var needed = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => Platform.CreatePluginAsync($"needed{number}")));
        Platform.OfferInMarket(needed);
        var dependencies = string.Join(", ", needed.Select(plugin => $"{{namespace: acceptance, name: {plugin.Name}}}"));
        var single = await Platform.CreatePluginAsync("single", manifest: $"depends: [{dependencies}]");
        List<string> builds = [];
        foreach (var repository in repositories)
            builds.Add(await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url }));
        foreach (var uuid in builds)
            await Platform.Events.WaitForAsync(uuid, "starting");

        // With what it needs, which is more than one may ask for at a time.
        var asked = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = single.Url }, token: StandInServer.OtherUserToken);
        AssertCompleted(await Platform.Events.OfAsync(asked));

        Assert.DoesNotContain("completed", builds.Select(Platform.Events.StatusOf));
        await File.WriteAllTextAsync(Gate, "");
        foreach (var uuid in builds)
            AssertCompleted(await Platform.Events.OfAsync(uuid));
        File.Delete(Gate);
    }

    [Fact]
    public async Task Are_as_many_at_a_time_as_someone_has_chosen()
    {
        await using var chosen = await Platform.ReconfigureWorkerAsync("worker: {build_concurrency: 1}");
        string[] builds = [await RequestAsync("first", "[ $1 != build ] || sleep 1"), await RequestAsync("second", "[ $1 != build ] || sleep 1")];

        foreach (var uuid in builds)
            AssertCompleted(await Platform.Events.OfAsync(uuid));

        var statuses = Platform.Events.All.Where(message => builds.Contains(message.Uuid)).Select(message => message.Status);
        Assert.Equal(["building", "packaging", "building", "packaging"], statuses.Where(status => status is "building" or "packaging"));
    }

    private async Task<string> RequestAsync(string name, string rules) =>
        await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = (await Platform.CreatePluginAsync(name, rules: rules)).Url });
}

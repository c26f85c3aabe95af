using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

[Collection(SharedPlatform.Name)]
public sealed class Installing_a_plugin_with_dependencies(Platform platform) : Journey(platform)
{
    private static readonly string[] WholeInstallation =
    [
        "starting", "downloading", "extracting", "validating", "installing dependencies", "building", "packaging", "updating", "installing",
        "cleaning", "completed",
    ];

    [Fact]
    public async Task Installs_what_it_needs_first_each_once_by_operations_of_their_own()
    {
        var top = await CreateAsync("diamond-top", "diamond-left", "diamond-right");
        var left = await CreateAsync("diamond-left", "diamond-bottom");
        var right = await CreateAsync("diamond-right", "diamond-bottom");
        var bottom = await CreateAsync("diamond-bottom");
        Platform.OfferInMarket(left, right, bottom);
        var before = Platform.Events.All.Count;

        var messages = await Platform.Client.InstallAsync(top);

        Installing_a_plugin.AssertStatuses(messages, WholeInstallation);
        foreach (var repository in (PluginRepository[])[top, left, right, bottom])
        {
            Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(repository.Package));
            Assert.Equal(1, Builds(repository));
        }

        var all = Platform.Events.All.Skip(before).ToList();
        var children = all.Select(message => message.Uuid).Distinct().Where(uuid => uuid != messages[0].Uuid).ToList();
        // Left, right, and bottom for each of the two: the second finds it installed.
        Assert.Equal(4, children.Count);
        var ends = children.Select(child => all.FindIndex(message => message.Uuid == child && message.Status == "completed")).ToList();
        Assert.All(ends, end => Assert.InRange(end, 0, all.FindIndex(message => message.Uuid == messages[0].Uuid && message.Status == "building")));
        Assert.Equal(
            [3, 11, 11, 11],
            children.Select(child => all.Count(message => message.Uuid == child)).Order());
    }

    [Fact]
    public async Task That_are_there_in_any_version_builds_nothing_else()
    {
        var needed = await CreateAsync("present-needed");
        await Platform.Client.InstallAsync(needed);
        var top = await Platform.CreatePluginAsync(
            "present-top", manifest: "depends: [{namespace: acceptance, name: present-needed, version: '9.9'}]");
        Platform.OfferInMarket();

        var messages = await Platform.Client.InstallAsync(top);

        Installing_a_plugin.AssertStatuses(messages, WholeInstallation);
        Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(top.Package));
        Assert.Equal(1, Builds(needed));
    }

    // As the clients of the platform count them.
    [Fact]
    public async Task Tells_of_each_that_it_needs_also_of_those_that_are_there()
    {
        var two = await CreateAsync("count-two");
        await Platform.Client.InstallAsync(two);
        var (one, three, four) = (await CreateAsync("count-one", "count-two", "count-three"), await CreateAsync("count-three", "count-four"), await CreateAsync("count-four"));
        // Without the second: nobody asks for it.
        Platform.OfferInMarket(three, four);
        var before = Platform.Events.All.Count;

        await Platform.Client.InstallAsync(one);

        var completed = Platform.Events.All.Skip(before).Where(message => message.Status == "completed").ToList();
        Assert.Equal(4, completed.Select(message => message.Uuid).Distinct().Count());
        Assert.Equal(4, completed.Count);
        Assert.Contains(
            Platform.Events.All.Skip(before).GroupBy(message => message.Uuid),
            operation => operation.Select(message => message.Status).SequenceEqual(["starting", "downloading", "completed"]));
        Assert.Equal(1, Builds(two));
    }

    [Fact]
    public async Task That_need_one_another_and_are_there_can_both_be_installed_again_at_once()
    {
        var first = await CreateAsync("mutual-a");
        await Platform.Client.InstallAsync(first);
        var second = await CreateAsync("mutual-b", "mutual-a");
        await Platform.Client.InstallAsync(second);
        await first.CommitAsync("0.0.1", manifest: "depends: [{namespace: acceptance, name: mutual-b}]");

        var operations = await Task.WhenAll(
            Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = first.Url }, reinstall: true),
            Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = second.Url }, reinstall: true));

        foreach (var uuid in operations)
            AssertCompleted(await Platform.Events.OfAsync(uuid));
    }

    [Fact]
    public async Task Of_which_one_fails_names_it_and_gives_the_others_their_chance()
    {
        var top = await CreateAsync("half-top", "half-good", "half-bad", "half-absent");
        var good = await CreateAsync("half-good");
        var bad = await Platform.CreatePluginAsync("half-bad", rules: "[ $1 != build ] || exit 7");
        Platform.OfferInMarket(good, bad);

        var messages = await Platform.Client.InstallAsync(top);

        Installing_a_plugin.AssertStatuses(messages, "starting", "downloading", "extracting", "validating", "installing dependencies", "error");
        Assert.Equal("installing-dependencies-error", messages[^1].Errors["error_id"]!.GetValue<string>());
        var reason = messages[^1].Reason;
        Assert.Contains("acceptance/half-bad (rules build failed with exit code 7)", reason);
        Assert.Contains("acceptance/half-absent (the market has no such plugin, or no version of it)", reason);
        Assert.DoesNotContain("half-good", reason);
        var failed = messages[^1].Failure["dependencies"]!.AsArray();
        Assert.Equal(["half-bad", "half-absent"], failed.Select(dependency => dependency!["name"]!.GetValue<string>()));
        Assert.Equal("install-error", failed[0]!["error_id"]!.GetValue<string>());
        Assert.Equal("error", (await Platform.Events.OfAsync(failed[0]!["uuid"]!.GetValue<string>()))[^1].Status);
        Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(good.Package));
        Assert.Null(await Platform.InstalledVersionAsync(top.Package));
        Assert.Null(await Platform.InstalledVersionAsync(bad.Package));
    }

    [Fact]
    public async Task That_need_one_another_shows_the_cycle_and_installs_none_of_them()
    {
        var first = await CreateAsync("cycle-a", "cycle-b");
        var second = await CreateAsync("cycle-b", "cycle-a");
        Platform.OfferInMarket(first, second);

        var messages = await Platform.Client.InstallAsync(first);

        Assert.Equal("installing-dependencies-error", messages[^1].Errors["error_id"]!.GetValue<string>());
        Assert.Contains("acceptance/cycle-a -> acceptance/cycle-b -> acceptance/cycle-a", messages[^1].Reason);
        Assert.Null(await Platform.InstalledVersionAsync(first.Package));
        Assert.Null(await Platform.InstalledVersionAsync(second.Package));
    }

    [Fact]
    public async Task That_need_one_another_and_are_asked_for_at_once_end_both()
    {
        var first = await CreateAsync("knot-a", "knot-b");
        var second = await CreateAsync("knot-b", "knot-a");
        Platform.OfferInMarket(first, second);

        var requests = await Task.WhenAll(
            Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = first.Url }),
            Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = second.Url }));

        foreach (var request in requests)
            Assert.Equal("installing-dependencies-error", (await Platform.Events.OfAsync(request))[^1].Errors["error_id"]!.GetValue<string>());
    }

    private int Builds(PluginRepository repository) => File.ReadAllLines(BuildsOf(repository.Name)).Length;

    private string BuildsOf(string name) => Path.Join(Platform.Directory, "builds-" + name);

    private Task<PluginRepository> CreateAsync(string name, params IEnumerable<string> needed) => Platform.CreatePluginAsync(
        name,
        manifest: $"depends: [{string.Join(", ", needed.Select(other => $"{{namespace: acceptance, name: {other}}}"))}]",
        rules: $"[ $1 != build ] || echo >> {BuildsOf(name)}");
}

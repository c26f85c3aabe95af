using System.Net;
using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

[Collection(SharedPlatform.Name)]
public sealed class Updating_a_plugin(Platform platform) : Journey(platform)
{
    private static readonly string[] WholeInstallation =
    [
        "starting", "downloading", "extracting", "validating", "installing dependencies", "building", "packaging", "updating", "installing",
        "cleaning", "completed",
    ];

    private static readonly string[] NothingNewer = ["starting", "downloading", "extracting", "validating", "completed"];

    [Fact]
    public async Task From_git_takes_what_is_newer_where_it_came_from_and_nothing_a_second_time()
    {
        var repository = await Platform.CreatePluginAsync("grown", subdirectory: "inside");
        await repository.GitAsync("branch", "stable");
        await Platform.Client.InstallAsync(new JsonObject { ["url"] = repository.Url, ["ref"] = "stable", ["subdirectory"] = "inside" });
        await repository.CommitAsync("9.0", subdirectory: "inside");
        await repository.GitAsync("checkout", "--quiet", "stable");
        await repository.CommitAsync("0.0.2", subdirectory: "inside");

        Installing_a_plugin.AssertStatuses(await UpdateAsync("grown"), WholeInstallation);
        Assert.Equal("0.0.2", await Platform.InstalledVersionAsync(repository.Package));
        Installing_a_plugin.AssertStatuses(await UpdateAsync("grown"), NothingNewer);
    }

    [Fact]
    public async Task Removes_a_conffile_that_the_new_version_gives_up()
    {
        const string file = "/etc/acceptance-given-up.conf", package = "[ $1 != package ] || { mkdir -p $pkgdir/DEBIAN $pkgdir/etc;";
        var repository = await Platform.CreatePluginAsync(
            "given-up", rules: $"{package} echo 1 > $pkgdir{file}; echo {file} > $pkgdir/DEBIAN/conffiles; }}");
        AssertCompleted(await Platform.Client.InstallAsync(repository));
        Assert.True(File.Exists(file));
        await repository.CommitAsync("0.0.2", rules: $"{package} echo remove-on-upgrade {file} > $pkgdir/DEBIAN/conffiles; }}");

        AssertCompleted(await Platform.Client.InstallAsync(repository));
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task From_git_takes_the_reference_that_is_asked_for()
    {
        var repository = await Platform.CreatePluginAsync("labelled");
        await repository.GitAsync("tag", "first");
        await repository.CommitAsync("0.0.2");
        await Platform.Client.InstallAsync(repository);

        var messages = await UpdateAsync("labelled", new JsonObject { ["options"] = new JsonObject { ["ref"] = "first" } });

        Installing_a_plugin.AssertStatuses(messages, WholeInstallation);
        Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(repository.Package));
    }

    [Fact]
    public async Task From_the_market_takes_the_newest_or_the_version_that_is_asked_for_and_never_goes_back_by_itself()
    {
        var repository = await Platform.CreatePluginAsync("sold", version: "1.0");
        await repository.GitAsync("tag", "v1.0");
        Offer(repository, ("1.0", "v1.0"));
        await Platform.Client.InstallFromMarketAsync("sold");
        await repository.CommitAsync("2.0");
        Offer(repository, ("2.0", "master"), ("1.0", "v1.0"));

        Installing_a_plugin.AssertStatuses(await UpdateAsync("sold"), WholeInstallation);
        Assert.Equal("2.0", await Platform.InstalledVersionAsync(repository.Package));
        Offer(repository, ("1.0", "v1.0"));
        Installing_a_plugin.AssertStatuses(await UpdateAsync("sold"), NothingNewer);
        Assert.Equal("2.0", await Platform.InstalledVersionAsync(repository.Package));
        Installing_a_plugin.AssertStatuses(await UpdateAsync("sold", new JsonObject { ["version"] = "1.0" }), WholeInstallation);
        Assert.Equal("1.0", await Platform.InstalledVersionAsync(repository.Package));
        var unknown = await UpdateAsync("sold", new JsonObject { ["version"] = "7.0" });
        Assert.Contains("the market has no version 7.0, but 1.0", unknown[^1].Reason);
    }

    [Fact]
    public async Task That_fails_leaves_the_version_that_was_there()
    {
        var repository = await Platform.CreatePluginAsync("spoilt");
        await Platform.Client.InstallAsync(repository);
        await repository.CommitAsync("0.0.2", rules: "[ $1 != install ] || exit 4");

        var messages = await UpdateAsync("spoilt");

        Assert.Contains("version 0.0.1 was put back", messages[^1].Reason);
        Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(repository.Package));
    }

    [Fact]
    public async Task That_does_not_say_where_it_came_from_asks_the_market()
    {
        var repository = await Platform.CreatePluginAsync("foundling");
        await Platform.Client.InstallAsync(repository);
        File.Delete("/usr/lib/wazo-plugind/plugins/acceptance/foundling/provenance.json");
        await repository.CommitAsync("0.0.2");
        Offer(repository, ("0.0.2", "master"));

        var byReference = await UpdateAsync("foundling", new JsonObject { ["options"] = new JsonObject { ["ref"] = "master" } });
        Assert.Contains("not known from which git repository", byReference[^1].Reason);
        AssertCompleted(await UpdateAsync("foundling"));
        Assert.Equal("0.0.2", await Platform.InstalledVersionAsync(repository.Package));
    }

    [Fact]
    public async Task Is_an_operation_of_its_own_kind()
    {
        var repository = await Platform.CreatePluginAsync("kind");
        await Platform.Client.InstallAsync(repository);
        await repository.CommitAsync("0.0.2");

        var (status, body) = await Platform.Client.SendAsync(
            HttpMethod.Post, "/0.2/operations", new JsonObject { ["action"] = "update", ["namespace"] = "acceptance", ["name"] = "kind" });

        Assert.Equal(HttpStatusCode.Created, status);
        var uuid = body!["uuid"]!.GetValue<string>();
        AssertCompleted(await Platform.Events.OfAsync(uuid));
        var operation = await Platform.Client.GetAsync($"/0.2/operations/{uuid}");
        Assert.Equal(("update", "git"), (operation["action"]!.GetValue<string>(), operation["method"]!.GetValue<string>()));
        Assert.Single((await Platform.Client.GetAsync("/0.2/operations?action=update&limit=1"))["items"]!.AsArray());
    }

    [Theory]
    [InlineData("absent", "{}", HttpStatusCode.NotFound)]
    [InlineData("not-updated", "{\"options\": {\"url\": 1}}", HttpStatusCode.BadRequest)]
    [InlineData("not-updated", """{"version": ""}""", HttpStatusCode.BadRequest)]
    [InlineData("not-updated", """{"version": 2}""", HttpStatusCode.BadRequest)]
    [InlineData("not-updated", """{"options": "master"}""", HttpStatusCode.BadRequest)]
    public async Task That_cannot_be_is_refused(string name, string body, HttpStatusCode expected)
    {
        await Platform.Client.InstallAsync(await Platform.CreatePluginAsync("not-updated"));

        var (status, _) = await Platform.Client.SendAsync(HttpMethod.Put, $"/0.2/plugins/acceptance/{name}", JsonNode.Parse(body));

        Assert.Equal(expected, status);
    }

    private void Offer(PluginRepository repository, params (string Version, string Ref)[] versions) => Platform.StandIn.Market.Body = new JsonObject
    {
        ["items"] = new JsonArray(new JsonObject
        {
            ["namespace"] = PluginRepository.Namespace,
            ["name"] = repository.Name,
            ["versions"] = new JsonArray([.. versions.Select(version => new JsonObject
            {
                ["version"] = version.Version,
                ["options"] = new JsonObject { ["url"] = repository.Url, ["ref"] = version.Ref },
            })]),
        }),
    }.ToJsonString();

    private async Task<IReadOnlyList<WazoMessage>> UpdateAsync(string name, JsonObject? body = null)
    {
        var (status, answer) = await Platform.Client.SendAsync(HttpMethod.Put, $"/0.2/plugins/acceptance/{name}", body);
        Assert.Equal(HttpStatusCode.OK, status);
        return await Platform.Events.OfAsync(answer!["uuid"]!.GetValue<string>());
    }
}

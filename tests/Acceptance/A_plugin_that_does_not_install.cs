using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

[Collection(SharedPlatform.Name)]
public sealed class A_plugin_that_does_not_install(Platform platform) : Journey(platform)
{
    [Fact]
    public async Task Because_there_is_no_repository_ends_as_recorded()
    {
        var messages = await Platform.Client.InstallAsync(new JsonObject { ["url"] = "file:///data/git/no-such-repository" });

        Installing_a_plugin.AssertAsRecorded("events-install-error.txt", "git: no such repository", messages);
        Assert.Contains("no-such-repository", messages[^1].Reason);
    }

    // The recorded operation, and rules or a manifest that fail in the same way.
    [Theory]
    [InlineData("upstream fixture failing_build", "", """if [ "$1" = build ]; then echo broken >&2; exit 3; fi""")]
    [InlineData("plugin fail-package", "", """if [ "$1" = package ]; then exit 3; fi""")]
    [InlineData("plugin fail-install", "", """if [ "$1" = install ]; then exit 3; fi""")]
    [InlineData("plugin fail-debian-depends", "debian_depends: [no-such-package-anywhere]", "")]
    [InlineData("upstream fixture max_version", "max_wazo_version: '17.09'", "")]
    [InlineData("upstream fixture min_version", "min_wazo_version: 17.11", "")]
    [InlineData("upstream fixture futureversion", "plugin_format_version: 99", "")]
    [InlineData("upstream fixture fail_name", "name: invalid_name\nnamespace: acceptance\nversion: 0.0.1", "")]
    [InlineData("upstream fixture fail_namespace", "name: a\nnamespace: not-valid\nversion: 0.0.1", "")]
    [InlineData("plugin no-version", "name: a\nnamespace: acceptance", "")]
    [InlineData("plugin all-wrong", "name: A_\nnamespace: b-c\nversion: [1]\nplugin_format_version: x\nmin_wazo_version: 18\nmax_wazo_version: 1", "")]
    [InlineData("plugin yaml-broken", "name: [", "")]
    [InlineData("plugin yaml-empty", "# name:", "")]
    [InlineData("plugin yaml-list", "- name: a", "")]
    public async Task Ends_as_recorded(string recorded, string manifest, string rules)
    {
        var repository = await Platform.CreatePluginAsync("failing", manifest: manifest, rules: rules);

        var messages = await Platform.Client.InstallAsync(repository);

        AssertEndsAsRecorded(recorded, messages);
        Assert.Null(await Platform.InstalledVersionAsync(repository.Package));
    }

    [Fact]
    public async Task Because_there_is_no_such_branch_ends_as_recorded()
    {
        var repository = await Platform.CreatePluginAsync("branchless");

        var messages = await Platform.Client.InstallAsync(new JsonObject { ["url"] = repository.Url, ["ref"] = "no-such-branch" });

        AssertEndsAsRecorded("git: no such branch", messages);
    }

    [Fact]
    public async Task Because_there_is_no_such_subdirectory_ends_as_recorded()
    {
        var repository = await Platform.CreatePluginAsync("flat");

        var messages = await Platform.Client.InstallAsync(new JsonObject { ["url"] = repository.Url, ["subdirectory"] = "nowhere" });

        AssertEndsAsRecorded("git: no such subdirectory", messages);
    }

    [Theory]
    [InlineData("plugin no-metadata", "wazo/plugin.yml", true)]
    [InlineData("plugin no-rules", "wazo/rules", true)]
    [InlineData("plugin not-executable", "wazo/rules", false)]
    public async Task Because_a_file_is_missing_or_not_executable_ends_as_recorded(string recorded, string file, bool remove)
    {
        var repository = await Platform.CreatePluginAsync("incomplete");
        if (remove)
            await repository.GitAsync("rm", "--quiet", file);
        else
            await repository.GitAsync("update-index", "--chmod=-x", file);
        await repository.GitAsync("-c", "user.name=a", "-c", "user.email=a@localhost", "commit", "--quiet", "--message=incomplete");

        var messages = await Platform.Client.InstallAsync(repository);

        AssertEndsAsRecorded(recorded, messages);
    }

    [Fact]
    public async Task Because_its_build_fails_says_how()
    {
        var repository = await Platform.CreatePluginAsync("explained", rules: """if [ "$1" = build ]; then echo "no compiler" >&2; exit 7; fi""");

        var messages = await Platform.Client.InstallAsync(repository);

        Assert.Equal(7, messages[^1].Failure["exit_code"]!.GetValue<int>());
        Assert.Equal("no compiler", messages[^1].Failure["output"]!.AsArray()[^1]!.GetValue<string>());
    }

    [Fact]
    public async Task Because_its_install_step_fails_leaves_the_others_working()
    {
        var broken = await Platform.CreatePluginAsync("broken", rules: """case "$1" in install|uninstall) exit 1 ;; esac""");
        var healthy = await Platform.CreatePluginAsync("healthy");

        var messages = await Platform.Client.InstallAsync(broken);

        AssertEndsAsRecorded("plugin fail-install", messages);
        AssertCompleted(await Platform.Client.InstallAsync(healthy));
        AssertCompleted(await Platform.Client.UninstallAsync(healthy));
    }

    [Fact]
    public async Task In_a_newer_version_leaves_the_version_that_was_there()
    {
        var repository = await Platform.CreatePluginAsync("kept", version: "1.0");
        await Platform.Client.InstallAsync(repository);
        await repository.CommitAsync("2.0", rules: """if [ "$1" = install ]; then exit 1; fi""");

        var messages = await Platform.Client.InstallAsync(repository);

        AssertEndsAsRecorded("plugin fail-install", messages);
        Assert.Contains("1.0 was put back", messages[^1].Reason);
        Assert.Equal("1.0", await Platform.InstalledVersionAsync(repository.Package));
        Assert.Equal("1.0\n", await File.ReadAllTextAsync(repository.InstallMark));
    }

    [Fact]
    public async Task Because_another_plugin_has_the_same_file_names_both_and_leaves_the_other_whole()
    {
        const string rules = "if [ $1 = package ]; then mkdir -p $pkgdir/opt/acceptance; echo $0 > $pkgdir/opt/acceptance/shared; fi";
        var owner = await Platform.CreatePluginAsync("owner", rules: rules);
        var intruder = await Platform.CreatePluginAsync("intruder", rules: rules);
        await Platform.Client.InstallAsync(owner);

        var messages = await Platform.Client.InstallAsync(intruder);

        Assert.Equal("installing-error", messages[^1].Errors["error_id"]!.GetValue<string>());
        Assert.Contains($"/opt/acceptance/shared belongs to {owner.Package}", messages[^1].Reason);
        Assert.Null(await Platform.InstalledVersionAsync(intruder.Package));
        Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(owner.Package));
    }

    [Fact]
    public async Task Because_a_plugin_that_it_needs_is_not_installed_names_that_plugin()
    {
        var repository = await Platform.CreatePluginAsync("needy", manifest: "depends: [{namespace: acceptance, name: absent}]");

        var messages = await Platform.Client.InstallAsync(repository);

        Assert.Equal("installing-dependencies-error", messages[^1].Errors["error_id"]!.GetValue<string>());
        Assert.Contains("acceptance/absent", messages[^1].Reason);
    }

    [Fact]
    public async Task Never_shows_the_credentials_of_its_url()
    {
        // A server that answers, and has no such repository.
        var messages = await Platform.Client.InstallAsync(
            new JsonObject { ["url"] = $"http://someone:s3cr3t@127.0.0.1:{Platform.StandIn.Address.Port}/repository" });

        Assert.Equal("install-error", messages[^1].Errors["error_id"]!.GetValue<string>());
        Assert.All(messages, message => Assert.DoesNotContain("s3cr3t", message.Body.ToJsonString()));
        // But the orchestrator's lock, which is empty and which nobody else opens.
        foreach (var file in Directory.EnumerateFiles(Platform.Directory, "*", SearchOption.TopDirectoryOnly).Where(file => !file.EndsWith(".lock")))
            Assert.DoesNotContain("s3cr3t", await File.ReadAllTextAsync(file));
    }

    private static void AssertEndsAsRecorded(string recorded, IReadOnlyList<WazoMessage> messages)
    {
        var bodies = Recording.Bodies("events-install-error.txt", recorded);
        Installing_a_plugin.AssertStatuses(messages, [.. bodies.Select(body => body["data"]!["status"]!.GetValue<string>())]);
        var expected = bodies[^1]["data"]!["errors"]!.DeepClone().AsObject();
        // The recorded sample had another address.
        if (expected["details"]!["install_options"] is JsonObject options)
            options["url"] = messages[^1].Details["install_options"]!["url"]!.DeepClone();
        Recording.AssertSame(expected, messages[^1].Errors);
    }
}

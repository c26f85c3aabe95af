using System.Net;

namespace WazoPlugind.Acceptance;

[Collection(SharedPlatform.Name)]
public sealed class Uninstalling_a_plugin(Platform platform)
{
    [Fact]
    public async Task Publishes_the_recorded_messages_and_removes_it()
    {
        var repository = await platform.CreatePluginAsync("removed");
        await platform.Client.InstallAsync(repository);

        var messages = await platform.Client.UninstallAsync(repository);

        Installing_a_plugin.AssertAsRecorded("events-uninstall.txt", "uninstall", messages);
        Assert.Null(await Platform.InstalledVersionAsync(repository.Package));
        Assert.False(File.Exists(repository.InstalledFile));
        Assert.False(File.Exists(repository.InstallMark));
        Assert.False(File.Exists("/var/lib/wazo-plugind/rules/rules.removed.acceptance"));
        var (status, _) = await platform.Client.SendAsync(HttpMethod.Get, "/0.2/plugins/acceptance/removed");
        Assert.Equal(HttpStatusCode.NotFound, status);
        await platform.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Twice_is_not_found_the_second_time()
    {
        var repository = await platform.CreatePluginAsync("twice");
        await platform.Client.InstallAsync(repository);
        await platform.Client.UninstallAsync(repository);

        var (status, body) = await platform.Client.SendAsync(HttpMethod.Delete, "/0.2/plugins/acceptance/twice");

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal("plugin-not-found", body!["error_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Whose_uninstall_step_fails_ends_as_recorded_and_stays_installed()
    {
        var repository = await platform.CreatePluginAsync(
            "stubborn", rules: """if [ "$1" = uninstall ] && [ -e /var/tmp/acceptance-stubborn-refuses ]; then exit 1; fi""");
        await platform.Client.InstallAsync(repository);
        await File.WriteAllTextAsync("/var/tmp/acceptance-stubborn-refuses", "");
        IReadOnlyList<WazoMessage> messages;
        try
        {
            messages = await platform.Client.UninstallAsync(repository);
        }
        finally
        {
            File.Delete("/var/tmp/acceptance-stubborn-refuses");
        }

        var recorded = Recording.Bodies("events-uninstall.txt", "uninstall fails");
        Installing_a_plugin.AssertStatuses(messages, "starting", "removing", "error");
        Assert.Null(Recording.FirstDifference(recorded[^1]["data"]!["errors"], messages[^1].Errors));
        Assert.NotNull(await Platform.InstalledVersionAsync(repository.Package));
        await platform.AssertNothingLeftAsync();
        Assert.Equal("completed", (await platform.Client.UninstallAsync(repository))[^1].Status);
    }

    [Fact]
    public async Task Takes_the_plugins_that_depend_on_it_along()
    {
        var needed = await platform.CreatePluginAsync("needed");
        var dependant = await platform.CreatePluginAsync("dependant", manifest: "depends: [{namespace: acceptance, name: needed}]");
        await platform.Client.InstallAsync(needed);
        Assert.Equal("completed", (await platform.Client.InstallAsync(dependant))[^1].Status);

        var (status, refusal) = await platform.Client.SendAsync(HttpMethod.Delete, "/0.2/plugins/acceptance/needed?dependants=refuse");
        Assert.Equal((HttpStatusCode.Conflict, "plugin-has-dependants"), (status, refusal!["error_id"]!.GetValue<string>()));
        Assert.Equal(["acceptance/dependant"], refusal["details"]!["dependants"]!.AsArray().Select(name => name!.GetValue<string>()));
        var messages = await platform.Client.UninstallAsync(needed);

        Assert.Equal("completed", messages[^1].Status);
        Assert.Null(await Platform.InstalledVersionAsync(needed.Package));
        Assert.Null(await Platform.InstalledVersionAsync(dependant.Package));
    }

    [Fact]
    public async Task That_nothing_needs_is_not_refused_because_of_dependants()
    {
        var repository = await platform.CreatePluginAsync("lonely");
        await platform.Client.InstallAsync(repository);

        var (status, body) = await platform.Client.SendAsync(HttpMethod.Delete, "/0.2/plugins/acceptance/lonely?dependants=refuse");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("completed", (await platform.Events.OfAsync(body!["uuid"]!.GetValue<string>()))[^1].Status);
        (status, body) = await platform.Client.SendAsync(HttpMethod.Delete, "/0.2/plugins/acceptance/lonely?dependants=perhaps");
        Assert.Equal(HttpStatusCode.NotFound, status);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public async Task Calls_postrm_from_format_one_on(int format, bool called)
    {
        var mark = $"/var/tmp/acceptance-postrm-{format}";
        File.Delete(mark);
        var repository = await platform.CreatePluginAsync(
            $"format-{format}", manifest: $"plugin_format_version: {format}", rules: $"if [ \"$1\" = postrm ]; then touch {mark}; fi");
        await platform.Client.InstallAsync(repository);

        await platform.Client.UninstallAsync(repository);

        Assert.Equal(called, File.Exists(mark));
        File.Delete(mark);
    }
}

using System.Net;

namespace WazoPlugind.Acceptance;

[Collection(SharedPlatform.Name)]
public sealed class Uninstalling_a_plugin(Platform platform) : Journey(platform)
{
    [Fact]
    public async Task Publishes_the_recorded_messages_and_removes_it()
    {
        var repository = await Platform.CreatePluginAsync("removed");
        await Platform.Client.InstallAsync(repository);

        var messages = await Platform.Client.UninstallAsync(repository);

        Installing_a_plugin.AssertAsRecorded("events-uninstall.txt", "uninstall", messages);
        Assert.Null(await Platform.InstalledVersionAsync(repository.Package));
        Assert.False(File.Exists(repository.InstalledFile));
        Assert.False(File.Exists(repository.InstallMark));
        Assert.False(File.Exists("/var/lib/wazo-plugind/rules/rules.removed.acceptance"));
        var (status, _) = await Platform.Client.SendAsync(HttpMethod.Get, "/0.2/plugins/acceptance/removed");
        Assert.Equal(HttpStatusCode.NotFound, status);
    }

    [Fact]
    public async Task Twice_is_not_found_the_second_time()
    {
        var repository = await Platform.CreatePluginAsync("twice");
        await Platform.Client.InstallAsync(repository);
        await Platform.Client.UninstallAsync(repository);

        var (status, body) = await Platform.Client.SendAsync(HttpMethod.Delete, "/0.2/plugins/acceptance/twice");

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal("plugin-not-found", body!["error_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Whose_uninstall_step_fails_ends_as_recorded_and_stays_installed()
    {
        var repository = await Platform.CreatePluginAsync(
            "stubborn", rules: """if [ "$1" = uninstall ] && [ -e /var/tmp/acceptance-stubborn-refuses ]; then exit 1; fi""");
        await Platform.Client.InstallAsync(repository);
        await File.WriteAllTextAsync("/var/tmp/acceptance-stubborn-refuses", "");
        IReadOnlyList<WazoMessage> messages;
        try
        {
            messages = await Platform.Client.UninstallAsync(repository);
        }
        finally
        {
            File.Delete("/var/tmp/acceptance-stubborn-refuses");
        }

        var recorded = Recording.Bodies("events-uninstall.txt", "uninstall fails");
        Installing_a_plugin.AssertStatuses(messages, "starting", "removing", "error");
        Recording.AssertSame(recorded[^1]["data"]!["errors"]!, messages[^1].Errors);
        Assert.NotNull(await Platform.InstalledVersionAsync(repository.Package));
        AssertCompleted(await Platform.Client.UninstallAsync(repository));
    }

    [Fact]
    public async Task Takes_the_plugins_that_depend_on_it_along()
    {
        var needed = await Platform.CreatePluginAsync("needed");
        var dependant = await Platform.CreatePluginAsync("dependant", manifest: "depends: [{namespace: acceptance, name: needed}]");
        await Platform.Client.InstallAsync(needed);
        AssertCompleted(await Platform.Client.InstallAsync(dependant));

        var (status, refusal) = await Platform.Client.SendAsync(HttpMethod.Delete, "/0.2/plugins/acceptance/needed?dependants=refuse");
        Assert.Equal((HttpStatusCode.Conflict, "plugin-has-dependants"), (status, refusal!["error_id"]!.GetValue<string>()));
        Assert.Equal(["acceptance/dependant"], refusal["details"]!["dependants"]!.AsArray().Select(name => name!.GetValue<string>()));
        var messages = await Platform.Client.UninstallAsync(needed);

        AssertCompleted(messages);
        Assert.Null(await Platform.InstalledVersionAsync(needed.Package));
        Assert.Null(await Platform.InstalledVersionAsync(dependant.Package));
    }

    [Fact]
    public async Task That_nothing_needs_is_not_refused_because_of_dependants()
    {
        var repository = await Platform.CreatePluginAsync("lonely");
        await Platform.Client.InstallAsync(repository);

        var (status, body) = await Platform.Client.SendAsync(HttpMethod.Delete, "/0.2/plugins/acceptance/lonely?dependants=refuse");

        Assert.Equal(HttpStatusCode.OK, status);
        AssertCompleted(await Platform.Events.OfAsync(body!["uuid"]!.GetValue<string>()));
        (status, body) = await Platform.Client.SendAsync(HttpMethod.Delete, "/0.2/plugins/acceptance/lonely?dependants=perhaps");
        Assert.Equal(HttpStatusCode.NotFound, status);
    }

    [Fact]
    public async Task Whose_files_were_deleted_by_hand_removes_the_rest()
    {
        var repository = await Platform.CreatePluginAsync("half-gone");
        await Platform.Client.InstallAsync(repository);
        Directory.Delete("/usr/lib/wazo-plugind/plugins/acceptance/half-gone", recursive: true);
        var (status, _) = await Platform.Client.SendAsync(HttpMethod.Get, "/0.2/plugins/acceptance/half-gone");
        Assert.Equal(HttpStatusCode.NotFound, status);

        AssertCompleted(await Platform.Client.UninstallAsync(repository));

        Assert.False(File.Exists(repository.InstalledFile));
    }

    [Fact]
    public async Task That_was_removed_by_hand_is_not_found_and_can_be_installed_again()
    {
        var repository = await Platform.CreatePluginAsync("hand-removed");
        await Platform.Client.InstallAsync(repository);
        await Platform.AssertPromisesKeptAsync();
        await Shell.RunAsync("dpkg", "--remove", repository.Package);

        var (status, _) = await Platform.Client.SendAsync(HttpMethod.Delete, "/0.2/plugins/acceptance/hand-removed");
        Assert.Equal(HttpStatusCode.NotFound, status);
        AssertCompleted(await Platform.Client.InstallAsync(repository));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public async Task Calls_postrm_from_format_one_on(int format, bool called)
    {
        var mark = $"/var/tmp/acceptance-postrm-{format}";
        File.Delete(mark);
        var repository = await Platform.CreatePluginAsync(
            $"format-{format}", manifest: $"plugin_format_version: {format}", rules: $"if [ \"$1\" = postrm ]; then touch {mark}; fi");
        await Platform.Client.InstallAsync(repository);

        await Platform.Client.UninstallAsync(repository);

        Assert.Equal(called, File.Exists(mark));
        File.Delete(mark);
    }
}

using System.Net;
using System.Text.Json.Nodes;
using RabbitMQ.Client;

namespace WazoPlugind.Acceptance;

/// <summary>What an operation would do is said before it is done, and nothing is changed by that.</summary>
[Collection(SharedPlatform.Name)]
public sealed class Planning_an_operation(Platform platform) : Journey(platform)
{
    [Fact]
    public async Task Of_an_installation_says_what_it_would_bring_and_the_installation_brings_just_that()
    {
        await Shell.TryAsync("apt-get", "remove", "-y", "-q", "tig");
        var needed = await Platform.CreatePluginAsync("plan-needed");
        var repository = await Platform.CreatePluginAsync(
            "plan-new", manifest: "depends: [{namespace: acceptance, name: plan-needed}]\ndebian_depends: [tig]");
        Platform.OfferInMarket(needed);
        var commit = (await repository.GitAsync("rev-parse", "HEAD")).Trim();

        var (uuid, operation) = await PlanAsync(InstallationOf(repository));

        var plan = operation["plan"]!;
        Assert.Equal(("install", "completed", true), (Text(operation["action"]), Text(operation["status"]), operation["dry_run"]!.GetValue<bool>()));
        Assert.Equal(("plan-new", "0.0.1"), (Text(operation["plugin"]!["name"]), Text(operation["plugin"]!["version"])));
        Assert.Equal(
            [("plan-needed", "install", "acceptance/plan-new"), ("plan-new", "install", null)],
            plan["plugins"]!.AsArray().Select(plugin => (Text(plugin!["name"]), Text(plugin["action"]), (string?)plugin["needed_by"])));
        Assert.Equal((commit, "tig"), (Text(plan["plugins"]![1]!["revision"]), Text(plan["plugins"]![1]!["manifest"]!["debian_depends"]![0])));
        Assert.Contains(("tig", "install"), plan["packages"]!.AsArray().Select(package => (Text(package!["name"]), Text(package["action"]))));
        Assert.Empty(plan["problems"]!.AsArray());
        Assert.Equal(["downloading", "extracting", "validating", "planning"], operation["steps"]!.AsArray().Select(step => Text(step!["name"])));
        await AssertNothingHappenedAsync(uuid, repository, needed);

        await repository.CommitAsync("0.0.2");
        var body = InstallationOf(repository);
        body["revision"] = commit;
        AssertCompleted(await Platform.Events.OfAsync(await CreateAsync(body)));
        Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(repository.Package));

        // What is installed is another revision; one that there is not is no reason to install something else.
        body["revision"] = new string('0', 40);
        Assert.Equal("error", (await Platform.Events.OfAsync(await CreateAsync(body)))[^1].Status);
        Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(repository.Package));
    }

    [Fact]
    public async Task That_would_fail_says_in_what_it_would_end()
    {
        var a = await Platform.CreatePluginAsync("plan-a", manifest: "depends: [{namespace: acceptance, name: plan-b}, {namespace: acceptance, name: plan-missing}]");
        var b = await Platform.CreatePluginAsync("plan-b", manifest: "depends: [{namespace: acceptance, name: plan-a}]\ndebian_depends: [no-such-package-anywhere]");
        var invalid = await Platform.CreatePluginAsync("plan-invalid", manifest: "max_wazo_version: 1.0");
        Platform.OfferInMarket(a, b);

        var plans = await Task.WhenAll(PlanAsync(InstallationOf(a)), PlanAsync(InstallationOf(invalid)));

        Assert.All(plans, plan => Assert.Equal("completed", Text(plan.Operation["status"])));
        Assert.Equal(
            [("acceptance/plan-b", "installing-dependencies-error"), ("acceptance/plan-missing", "downloading-error"), (null, "installing-error")],
            ProblemsOf(plans[0].Operation));
        Assert.Contains("acceptance/plan-a -> acceptance/plan-b -> acceptance/plan-a", Text(plans[0].Operation["plan"]!["problems"]![0]!["failure"]!["reason"]));
        Assert.Equal([(null, "validation-error")], ProblemsOf(plans[1].Operation));
        await AssertNothingHappenedAsync(plans[0].Uuid, a, b, invalid);
    }

    [Fact]
    public async Task On_what_is_installed_says_what_would_become_of_it_while_another_works_on_it()
    {
        await Platform.PurgePluginsAsync();
        var needed = await Platform.CreatePluginAsync("plan-base");
        var above = await Platform.CreatePluginAsync("plan-above", manifest: "depends: [{namespace: acceptance, name: plan-base}]");
        AssertCompleted(await Platform.Client.InstallAsync(needed));
        AssertCompleted(await Platform.Client.InstallAsync(above));
        await needed.CommitAsync("0.0.2", rules: "[ $1 != build ] || while [ ! -e /var/tmp/acceptance-plan-go ]; do sleep 0.1; done");
        var named = new JsonObject { ["namespace"] = "acceptance", ["name"] = "plan-base" };
        var update = await CreateAsync(With(named, "update"));
        await Platform.Events.WaitForAsync(update, "building");

        var plans = await Task.WhenAll(PlanAsync(With(named, "uninstall")), PlanAsync(With(named, "update")), PlanAsync(With([], "update")));
        await File.WriteAllTextAsync("/var/tmp/acceptance-plan-go", "");
        AssertCompleted(await Platform.Events.OfAsync(update));
        File.Delete("/var/tmp/acceptance-plan-go");

        Assert.Equal([("plan-above", "remove"), ("plan-base", "remove")], ActionsOf(plans[0].Operation));
        Assert.Contains("acceptance/plan-above", Text(Assert.Single(plans[0].Operation["plan"]!["warnings"]!.AsArray())));
        Assert.Equal([("plan-base", "update")], ActionsOf(plans[1].Operation));
        Assert.Equal("acceptance/plan-above", Text(Assert.Single(plans[1].Operation["plan"]!["plugins"]![0]!["dependants"]!.AsArray())));
        Assert.Equal([("plan-base", "update")], ActionsOf(plans[2].Operation));
        Assert.Null(plans[2].Operation["plugin"]);
        Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(above.Package));
        Assert.Equal([("plan-base", "none")], ActionsOf((await PlanAsync(With(named, "update"))).Operation));
    }

    [Fact]
    public async Task By_a_command_on_the_bus_tells_nobody_of_one_that_is_refused_either()
    {
        var repository = await Platform.CreatePluginAsync("plan-bus");
        var (good, bad) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());
        var properties = new BasicProperties { ContentType = "application/json", Headers = new Dictionary<string, object?> { ["message_type"] = "PlanOperationCommand" } };
        var command = InstallationOf(repository);
        command["uuid"] = bad;
        command["dry_run"] = true;
        await Platform.SendAsync("plugind-commands", properties, command.ToJsonString());
        command["uuid"] = good;
        command.Remove("dry_run");
        await Platform.SendAsync("plugind-commands", properties, command.ToJsonString());

        Assert.Equal([("plan-bus", "install")], ActionsOf(await EndedAsync(good)));
        Assert.Equal("error", Text((await EndedAsync(bad))["status"]));
        await AssertNothingHappenedAsync(good, repository);
        Assert.DoesNotContain(Platform.Events.All, message => message.Uuid == bad);
        await Platform.TakeAsync("plugind-commands_error");
    }

    [Fact]
    public async Task Is_done_by_the_program_that_is_everything_in_one_process_though_it_is_killed()
    {
        var repository = await Platform.CreatePluginAsync("plan-alone");
        var (port, events) = (Platform.FreePort(), Path.Join(Platform.Directory, "plan-alone.events"));
        var config = await Platform.ConfigureAsync($$"""
            rest_api: {port: {{port}}}
            bus: {port: 1, events_file: {{events}}}
            operations: {database: {{Platform.Directory}}/plan-alone.db}
            """);
        await File.WriteAllTextAsync(events, "");
        using var client = new PluginClient(port, () => Platform.Events);
        string uuid;
        await using (var dying = ServiceProcess.Start("Standalone", "wazo-plugind", fault: "source.validated", ["--standalone", "-c", config]))
        {
            await client.WaitUntilReadyAsync(dying);
            var body = InstallationOf(repository);
            body["dry_run"] = true;
            uuid = Text((await client.SendAsync(HttpMethod.Post, "/0.2/operations", body)).Body!["uuid"]);
            Assert.Equal(137, await dying.WaitAsync());
        }

        await using var service = ServiceProcess.Start("Standalone", "wazo-plugind", "--standalone", "-c", config);
        await client.WaitUntilReadyAsync(service);

        Assert.Equal([("plan-alone", "install")], ActionsOf(await client.GetEndedAsync(uuid)));
        await AssertNothingHappenedAsync(uuid, repository);
        Assert.Empty(await File.ReadAllTextAsync(events));
    }

    private static JsonObject InstallationOf(PluginRepository repository) =>
        new() { ["action"] = "install", ["method"] = "git", ["options"] = new JsonObject { ["url"] = repository.Url } };

    private static JsonObject With(JsonObject body, string action)
    {
        var named = body.DeepClone().AsObject();
        named["action"] = action;
        return named;
    }

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private static IEnumerable<(string, string)> ActionsOf(JsonNode operation) =>
        operation["plan"]!["plugins"]!.AsArray().Select(plugin => (Text(plugin!["name"]), Text(plugin["action"])));

    private static IEnumerable<(string?, string)> ProblemsOf(JsonNode operation) =>
        operation["plan"]!["problems"]!.AsArray().Select(problem => ((string?)problem!["plugin"], Text(problem["error_id"])));

    private async Task<(string Uuid, JsonNode Operation)> PlanAsync(JsonObject body)
    {
        body["dry_run"] = true;
        var uuid = await CreateAsync(body);
        return (uuid, await EndedAsync(uuid));
    }

    private async Task<string> CreateAsync(JsonObject body)
    {
        var (status, accepted) = await Platform.Client.SendAsync(HttpMethod.Post, "/0.2/operations", body);
        Assert.True(status == HttpStatusCode.Created, accepted?.ToJsonString());
        return Text(accepted!["uuid"]);
    }

    // One from the bus is not known at once.
    private Task<JsonNode> EndedAsync(string uuid) => Wait.ForAsync(
        async () => (await Platform.Client.SendAsync(HttpMethod.Get, $"/0.2/operations/{uuid}")).Body is { } operation && operation["finished_at"] is not null
            ? operation
            : null,
        () => $"the end of plan {uuid}");

    private async Task AssertNothingHappenedAsync(string uuid, params IEnumerable<PluginRepository> repositories)
    {
        foreach (var repository in repositories)
            Assert.Null(await Platform.InstalledVersionAsync(repository.Package));
        Assert.DoesNotContain(Platform.Events.All, message => message.Uuid == uuid);
        string[] directories = [Platform.DownloadDirectory, Platform.ExtractDirectory];
        await Wait.UntilAsync(
            () => Task.FromResult(directories.All(directory => !Directory.Exists(Path.Join(directory, uuid)))), $"the end of what was fetched for {uuid}");
    }
}

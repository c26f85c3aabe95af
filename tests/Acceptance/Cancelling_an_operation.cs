using System.Net;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using WazoPlugind.StandIn;

namespace WazoPlugind.Acceptance;

/// <summary>Someone wants an operation to end that the package manager does not have yet.</summary>
[Collection(SharedPlatform.Name)]
public sealed class Cancelling_an_operation(Platform platform) : KilledJourney(platform)
{
    // Where a sandbox shows it too.
    private const string Gate = "/opt/acceptance-cancel-gate";

    // One that goes on by itself, and one that is waited for.
    private const string LongBuild = "[ $1 != build ] || { setsid sleep 98761 & sleep 98762; }";

    public static IEnumerable<object[]> Killing => Points(["operation.cancelling", "step.cancelled"], []);

    [Fact]
    public async Task That_builds_ends_all_of_it_at_once_and_says_so_everywhere()
    {
        await Platform.WaitForWorkerAsync();
        var uuid = await BuildAsync("cancelled", LongBuild);
        var since = TimeProvider.System.GetTimestamp();

        var (status, operation) = await CancelAsync(uuid);

        Assert.Equal((HttpStatusCode.OK, "cancelled"), (status, Text(operation!["status"])));
        await AssertNothingLeftAsync(uuid, "cancelled");
        Assert.InRange(TimeProvider.System.GetElapsedTime(since), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        var errors = (await Platform.Events.OfAsync(uuid))[^1].Errors;
        Assert.Equal(
            """{"error_id":"operation-cancelled","message":"Operation cancelled","resource":"plugins","details":{}}""", errors.ToJsonString());
        var (again, refusal) = await CancelAsync(uuid);
        Assert.Equal((HttpStatusCode.Conflict, "operation-ended", "cancelled"), (again, Text(refusal!["error_id"]), Text(refusal["details"]!["status"])));
        Assert.Contains(
            (await Platform.Client.GetAsync("/0.2/operations?status=cancelled"))["items"]!.AsArray(), listed => Text(listed!["uuid"]) == uuid);
        Assert.Equal(HttpStatusCode.NotFound, (await CancelAsync(Guid.NewGuid().ToString())).Status);
    }

    [Fact]
    public async Task That_waits_for_another_or_for_its_parts_ends_it_with_them_and_leaves_the_other_alone()
    {
        File.Delete(Gate);
        await Platform.WaitForWorkerAsync();
        var needed = await Platform.CreatePluginAsync("cancel-needed", rules: $"[ $1 != build ] || until [ -e {Gate} ]; do sleep 0.1; done");
        Platform.OfferInMarket(needed);
        var parent = await BuildAsync("cancel-parent", "", manifest: "depends: [{namespace: acceptance, name: cancel-needed}]", until: "installing dependencies");
        var child = Text((await Wait.ForAsync(
            async () => (await Platform.Client.GetAsync($"/0.2/operations/{parent}"))["children"]!.AsArray() is [{ } uuid] ? uuid : null, () => "the part"))!);
        await Platform.Events.WaitForAsync(child, "building");
        var waiting = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = needed.Url }, token: StandInServer.OtherUserToken);
        await Wait.UntilAsync(async () => Text((await Platform.Client.GetAsync($"/0.2/operations/{waiting}"))["status"]) == "waiting", "the line");

        Assert.Equal("cancelled", Text((await CancelAsync(waiting)).Body!["status"]));
        Assert.Equal("running", Text((await Platform.Client.GetAsync($"/0.2/operations/{child}"))["status"]));
        // As another service asks for it.
        await Platform.SendAsync(
            "plugind-commands",
            new BasicProperties { ContentType = "application/json", Headers = new Dictionary<string, object?> { ["message_type"] = "CancelOperationCommand" } },
            new JsonObject { ["uuid"] = parent }.ToJsonString());

        foreach (var uuid in (string[])[parent, child])
            Assert.Equal("cancelled", Text((await Platform.Client.GetEndedAsync(uuid))["status"]));
        await AssertNothingLeftAsync(child, "cancel-needed");
    }

    [Fact]
    public async Task That_no_worker_has_taken_ends_it_as_it_begins()
    {
        await Platform.StopWorkerAsync();
        var repository = await Platform.CreatePluginAsync("cancel-queued");
        var uuid = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url });

        var (status, operation) = await CancelAsync(uuid);
        Assert.Equal((HttpStatusCode.Accepted, "queued"), (status, Text(operation!["status"])));
        await Platform.StartWorkerAsync();

        Assert.Equal("cancelled", Text((await Platform.Client.GetEndedAsync(uuid))["status"]));
        Assert.Equal(["starting", "error"], (await Platform.Events.OfAsync(uuid)).Select(message => message.Status));
        Assert.Null(await Platform.InstalledVersionAsync(repository.Package));
        await Platform.WaitForWorkerAsync();
    }

    [Fact]
    public async Task That_the_package_manager_has_is_refused_and_one_that_waits_for_it_is_not()
    {
        File.Delete(Gate);
        await Platform.WaitForWorkerAsync();
        var begun = "/var/tmp/acceptance-cancel-begun";
        File.Delete(begun);
        var uuid = await BuildAsync(
            "cancel-late", $"[ $1 != install ] || {{ touch {begun}; until [ -e {Gate} ]; do sleep 0.1; done; }}", until: "installing");
        await Platform.WaitForFileAsync(begun);
        var behind = await BuildAsync("cancel-behind", "", until: "installing");

        var (status, refusal) = await CancelAsync(uuid);
        Assert.Equal((HttpStatusCode.Conflict, "operation-in-package-manager"), (status, Text(refusal!["error_id"])));
        Assert.Equal("cancelled", Text((await CancelAsync(behind)).Body!["status"]));
        await File.WriteAllTextAsync(Gate, "");

        AssertCompleted(await Platform.Events.OfAsync(uuid));
        Assert.Null(await Platform.InstalledVersionAsync("wazo-plugind-cancel-behind-acceptance"));
        Assert.Equal(HttpStatusCode.Conflict, (await CancelAsync(uuid)).Status);
        File.Delete(Gate);
        File.Delete(begun);
    }

    [Theory]
    [MemberData(nameof(Killing))]
    public async Task That_kills_its_worker_in_the_middle_ends_it_all_the_same(string point)
    {
        await Platform.StopWorkerAsync();
        await Platform.StartWorkerAsync(fault: point);
        var dying = Platform.Worker!;
        var name = "cancel-" + NameOf(point);
        var uuid = await BuildAsync(name, LongBuild);

        var cancelling = CancelAsync(uuid);
        // The point must have been reached, or the test is about nothing.
        Assert.Equal(137, await dying.WaitAsync());
        await Platform.StartWorkerAsync();

        Assert.Contains((await cancelling).Status, (HttpStatusCode[])[HttpStatusCode.OK, HttpStatusCode.Accepted]);
        Assert.Equal("cancelled", Text((await Platform.Client.GetEndedAsync(uuid))["status"]));
        await Platform.WaitForWorkerAsync();
        await AssertNothingLeftAsync(uuid, name);
    }

    [Fact]
    public async Task Of_the_program_that_is_everything_in_one_process_ends_it_too()
    {
        var repository = await Platform.CreatePluginAsync("cancel-alone", rules: LongBuild);
        var (port, events) = (Platform.FreePort(), Path.Join(Platform.Directory, "cancel-alone.events"));
        var config = await Platform.ConfigureAsync($$"""
            rest_api: {port: {{port}}}
            bus: {port: 1, events_file: {{events}}}
            operations: {database: {{Platform.Directory}}/cancel-alone.db}
            """);
        await File.WriteAllTextAsync(events, "");
        await using var service = ServiceProcess.Start("Standalone", "wazo-plugind", "--standalone", "-c", config);
        using var client = new PluginClient(port, () => Platform.Events);
        await client.WaitUntilReadyAsync(service);
        var uuid = await client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url });
        await Wait.UntilAsync(async () => await IsRunningAsync("sleep 98762"), "the build");

        var (status, operation) = await client.SendAsync(HttpMethod.Delete, $"/0.2/operations/{uuid}");

        Assert.Equal((HttpStatusCode.OK, "cancelled"), (status, Text(operation!["status"])));
        await AssertNothingLeftAsync(uuid, "cancel-alone");
        await Wait.UntilAsync(
            async () => (await File.ReadAllTextAsync(events)).Contains("operation-cancelled", StringComparison.Ordinal), "the end's event");
    }

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private async Task<string> BuildAsync(string name, string rules, string manifest = "", string until = "building")
    {
        var repository = await Platform.CreatePluginAsync(name, manifest: manifest, rules: rules);
        var uuid = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url });
        await Platform.Events.WaitForAsync(uuid, until);
        if (rules == LongBuild)
            await Wait.UntilAsync(async () => await IsRunningAsync("sleep 98761") && await IsRunningAsync("sleep 98762"), "the build");
        return uuid;
    }

    private Task<(HttpStatusCode Status, JsonNode? Body)> CancelAsync(string uuid) =>
        Platform.Client.SendAsync(HttpMethod.Delete, $"/0.2/operations/{uuid}");

    private async Task AssertNothingLeftAsync(string uuid, string plugin)
    {
        await Wait.UntilAsync(async () => !await IsRunningAsync("sleep 98761") && !await IsRunningAsync("sleep 98762"), "the end of the build");
        await Wait.UntilAsync(
            () => Task.FromResult(!Directory.Exists(Path.Join(Platform.ExtractDirectory, uuid)) && !Directory.Exists(Path.Join(Platform.DownloadDirectory, uuid))),
            "the end of its directories");
        Assert.Null(await Platform.InstalledVersionAsync($"wazo-plugind-{plugin}-acceptance"));
    }
}

using System.Net;
using System.Text.Json.Nodes;
using WazoPlugind.StandIn;

namespace WazoPlugind.Acceptance;

[Collection(SharedPlatform.Name)]
public sealed class Looking_operations_up(Platform platform) : Journey(platform)
{
    [Fact]
    public async Task Shows_what_was_done_for_whom_and_of_what_it_was_part()
    {
        var needed = await Platform.CreatePluginAsync("recorded-needed");
        var repository = await Platform.CreatePluginAsync("recorded", manifest: "depends: [{namespace: acceptance, name: recorded-needed}]");
        Platform.OfferInMarket(needed);
        var commit = (await repository.GitAsync("rev-parse", "HEAD")).Trim();

        using var answer = await Platform.Client.SendAsync(
            HttpMethod.Post,
            "/0.2/plugins",
            new JsonObject { ["method"] = "git", ["options"] = new JsonObject { ["url"] = repository.Url } },
            ("X-Request-Id", "looked-up.1"));
        Assert.Equal(["looked-up.1"], answer.Headers.GetValues("X-Request-Id"));
        var messages = await Platform.Events.OfAsync(Text((await JsonNode.ParseAsync(await answer.Content.ReadAsStreamAsync()))!["uuid"]));

        var operation = await Platform.Client.GetEndedAsync(messages[0].Uuid);
        Assert.Equal(("install", "completed"), (Text(operation["action"]), Text(operation["status"])));
        Assert.Equal(("acceptance", "recorded", "0.0.1"), (Text(operation["plugin"]!["namespace"]), Text(operation["plugin"]!["name"]), Text(operation["plugin"]!["version"])));
        Assert.Equal((commit, repository.Url), (Text(operation["commit"]), Text(operation["options"]!["url"])));
        Assert.Equal(
            (StandInServer.UserUuid, StandInServer.MasterTenant),
            (Text(operation["requester"]!["user_uuid"]), Text(operation["requester"]!["tenant_uuid"])));
        Assert.Equal(
            (StandInServer.Login, "127.0.0.1", "looked-up.1"),
            (Text(operation["requester"]!["login"]), Text(operation["requester"]!["address"]), Text(operation["requester"]!["request_id"])));
        Assert.Equal(
            ["downloading", "extracting", "validating", "building", "packaging", "updating", "installing"],
            operation["steps"]!.AsArray().Select(step => Text(step!["name"])));
        Assert.All(operation["steps"]!.AsArray(), step => Assert.True(Time(step!["started_at"]) <= Time(step["finished_at"])));
        var child = await Platform.Client.GetEndedAsync(Text(Assert.Single(operation["children"]!.AsArray())));
        Assert.Equal(("recorded-needed", messages[0].Uuid, "market"), (Text(child["plugin"]!["name"]), Text(child["parent"]), Text(child["method"])));
        Assert.Equal(operation["requester"]!.ToJsonString(), child["requester"]!.ToJsonString());
        // What others' code logs, for who debugs, is not ours to mark; and to look it up is another request.
        var lines = (await File.ReadAllLinesAsync(Path.Join(Platform.Directory, "plugind.log")))
            .Where(line => line.Contains("(WazoPlugind.") && !line.Contains(": GET ") && (line.Contains(messages[0].Uuid) || line.Contains(Text(child["uuid"]))))
            .ToList();
        Assert.All(lines, line => Assert.True(line.Contains("looked-up.1"), line));
        Assert.All([Platform.Api.Id, Platform.Worker!.Id], process => Assert.Contains(lines, line => line.Contains($"[{process}]")));
    }

    [Fact]
    public async Task Shows_why_one_failed_without_the_credentials_of_its_url()
    {
        var messages = await Platform.Client.InstallAsync(
            new JsonObject { ["url"] = $"http://someone:s3cr3t@127.0.0.1:{Platform.StandIn.Address.Port}/nothing" });

        var operation = await Platform.Client.GetEndedAsync(messages[0].Uuid);

        Assert.Equal("error", Text(operation["status"]));
        Assert.Equal(messages[^1].Details.ToJsonString(), operation["error"]!["details"]!.ToJsonString());
        Assert.Equal(messages[^1].Failure.ToJsonString(), operation["error"]!["failure"]!.ToJsonString());
        Assert.DoesNotContain("s3cr3t", operation.ToJsonString());
    }

    [Fact]
    public async Task That_were_asked_for_there_leads_from_the_request_to_the_end()
    {
        var repository = await Platform.CreatePluginAsync("created");

        var install = await CreateAsync(new JsonObject { ["action"] = "install", ["method"] = "git", ["options"] = new JsonObject { ["url"] = repository.Url } });
        AssertCompleted(await Platform.Events.OfAsync(install));
        Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(repository.Package));
        var uninstall = await CreateAsync(new JsonObject { ["action"] = "uninstall", ["namespace"] = "acceptance", ["name"] = "created" });
        AssertCompleted(await Platform.Events.OfAsync(uninstall));

        var operation = await Platform.Client.GetEndedAsync(uninstall);
        Assert.Equal([repository.Package], operation["removed_packages"]!.AsArray().Select(Text));
        var list = await Platform.Client.GetAsync("/0.2/operations?limit=2");
        Assert.Equal([uninstall, install], list["items"]!.AsArray().Select(item => Text(item!["uuid"])));
        var removals = await Platform.Client.GetAsync("/0.2/operations?action=uninstall&status=completed&limit=1&direction=desc");
        Assert.Equal(uninstall, Text(removals["items"]![0]!["uuid"]));
        Assert.InRange(removals["filtered"]!.GetValue<int>(), 1, removals["total"]!.GetValue<int>() - 1);
    }

    [Fact]
    public async Task Works_while_no_worker_runs()
    {
        var before = await Platform.CreatePluginAsync("before-stop");
        var done = await Platform.Client.InstallAsync(before);
        await Platform.Client.GetEndedAsync(done[0].Uuid);
        await Platform.StopWorkerAsync();
        string waiting;
        try
        {
            Assert.Equal("completed", Text((await Platform.Client.GetAsync($"/0.2/operations/{done[0].Uuid}"))["status"]));
            waiting = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = before.Url });
            Assert.Equal("queued", Text((await Platform.Client.GetAsync($"/0.2/operations/{waiting}"))["status"]));
        }
        finally
        {
            await Platform.StartWorkerAsync();
        }

        AssertCompleted(await Platform.Events.OfAsync(waiting));
        Assert.Equal("completed", Text((await Platform.Client.GetEndedAsync(waiting))["status"]));
    }

    private async Task<string> CreateAsync(JsonObject body)
    {
        var (status, answer) = await Platform.Client.SendAsync(HttpMethod.Post, "/0.2/operations", body);
        Assert.Equal(HttpStatusCode.Created, status);
        return Text(answer!["uuid"]);
    }

    private static string Text(JsonNode? node) => node!.GetValue<string>();

    private static DateTimeOffset Time(JsonNode? node) => node!.GetValue<DateTimeOffset>();
}

using System.Net;
using System.Text.Json.Nodes;
using WazoPlugind.StandIn;

namespace WazoPlugind.Acceptance;

[Collection(SharedPlatform.Name)]
public sealed class Asking_again_with_a_key(Platform platform) : Journey(platform)
{
    [Fact]
    public async Task Asks_for_one_operation_whatever_happens_in_between()
    {
        var repository = await Platform.CreatePluginAsync("keyed");
        var body = InstallationOf(repository);
        await Platform.StopWorkerAsync();
        string install;
        try
        {
            install = await AskAsync(HttpMethod.Post, "/0.2/plugins", body, "first");
            Assert.Equal(install, await AskAsync(HttpMethod.Post, "/0.2/plugins", body, "first"));
            // A process that knows nothing of it, and nobody has stored it.
            await Platform.RestartApiAsync();
            Assert.Equal(install, await AskAsync(HttpMethod.Post, "/0.2/plugins", body, "first"));
        }
        finally
        {
            await Platform.StartWorkerAsync();
        }

        Installing_a_plugin.AssertStatuses(
            await Platform.Events.OfAsync(install),
            ["starting", "downloading", "extracting", "validating", "installing dependencies", "building", "packaging", "updating", "installing", "cleaning", "completed"]);
        await Platform.Client.GetEndedAsync(install);
        await Platform.RestartApiAsync();
        Assert.Equal(install, await AskAsync(HttpMethod.Post, "/0.2/plugins", body, "first"));

        const string item = "/0.2/plugins/acceptance/keyed";
        var removal = await AskAsync(HttpMethod.Delete, item, null, "second");
        AssertCompleted(await Platform.Events.OfAsync(removal));
        await Platform.Client.GetEndedAsync(removal);
        await Platform.RestartApiAsync();
        Assert.Equal(removal, await AskAsync(HttpMethod.Delete, item, null, "second"));
        await AskAsync(HttpMethod.Delete, item, null, "third", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task For_something_else_is_refused()
    {
        var repository = await Platform.CreatePluginAsync("keyed-other");
        var body = InstallationOf(repository);
        body["action"] = "install";

        await AskAsync(HttpMethod.Post, "/0.2/operations", new JsonObject { ["action"] = "none" }, "key", HttpStatusCode.BadRequest);
        await AskAsync(HttpMethod.Post, "/0.2/operations", body, "two words", HttpStatusCode.BadRequest);
        var install = await AskAsync(HttpMethod.Post, "/0.2/operations", body, "key", HttpStatusCode.Created);
        // The order of its keys says nothing; who asks does.
        var turned = new JsonObject(body.Reverse().Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone())));
        Assert.Equal(install, await AskAsync(HttpMethod.Post, "/0.2/operations", turned, "key", HttpStatusCode.Created));
        await AskAsync(HttpMethod.Post, "/0.2/plugins", body, "key", HttpStatusCode.UnprocessableEntity);
        var others = await AskAsync(HttpMethod.Post, "/0.2/plugins", body, "key", token: StandInServer.OtherUserToken);
        Assert.NotEqual(install, others);
        AssertCompleted(await Platform.Events.OfAsync(install));
        AssertCompleted(await Platform.Events.OfAsync(others));
        await Platform.Client.GetEndedAsync(install);
        await Platform.RestartApiAsync();

        Assert.Equal("idempotency-key-reused", await AskAsync(HttpMethod.Post, "/0.2/plugins", body, "key", HttpStatusCode.UnprocessableEntity));
    }

    private static JsonObject InstallationOf(PluginRepository repository) =>
        new() { ["method"] = "git", ["options"] = new JsonObject { ["url"] = repository.Url } };

    /// <summary>Asks.</summary>
    /// <returns>The uuid, or the error's id.</returns>
    private async Task<string> AskAsync(
        HttpMethod method, string path, JsonNode? body, string key, HttpStatusCode status = HttpStatusCode.OK, string token = StandInServer.MasterToken)
    {
        using var answer = await Platform.Client.SendAsync(method, path, body, ("Idempotency-Key", key), ("X-Auth-Token", token));
        var said = (await JsonNode.ParseAsync(await answer.Content.ReadAsStreamAsync()))!;
        Assert.True(status == answer.StatusCode, said.ToJsonString());
        return (said["uuid"] ?? said["error_id"])!.GetValue<string>();
    }
}

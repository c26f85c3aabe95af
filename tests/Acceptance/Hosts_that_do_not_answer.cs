using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

[Collection(SharedPlatform.Name)]
public sealed class Hosts_that_do_not_answer(Platform platform) : Journey(platform)
{
    [Fact]
    public async Task Hold_up_nobody_else()
    {
        const int dead = 12;
        var repository = await Platform.CreatePluginAsync("reachable");
        await using var server = new SilentServer();
        List<string> waiting = [];
        for (var i = 0; i < dead; i++)
            waiting.Add(await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = server.Url }));

        AssertCompleted(await Platform.Client.InstallAsync(repository));

        Assert.All(waiting, operation => Assert.NotEqual("error", Platform.Events.StatusOf(operation)));
        server.Refuse();
        foreach (var operation in waiting)
        {
            var messages = await Platform.Events.OfAsync(operation);
            Assert.Equal(["starting", "downloading", "error"], messages.Select(message => message.Status));
        }
    }
}

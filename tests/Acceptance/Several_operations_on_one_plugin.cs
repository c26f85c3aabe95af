using System.Net;
using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

[Collection(SharedPlatform.Name)]
public sealed class Several_operations_on_one_plugin(Platform platform) : Journey(platform)
{
    [Fact]
    public async Task Installing_it_many_times_at_once_builds_it_once()
    {
        var builds = Path.Join(Platform.Directory, "builds-crowd");
        var repository = await Platform.CreatePluginAsync("crowd", rules: $"[ $1 != build ] || echo >> {builds}");

        var requests = await Task.WhenAll(
            Enumerable.Range(0, 6).Select(_ => Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url })));

        var ends = new List<int>();
        foreach (var request in requests)
        {
            var messages = await Platform.Events.OfAsync(request);
            AssertCompleted(messages);
            ends.Add(messages.Count);
        }

        Assert.Equal([5, 5, 5, 5, 5, 11], ends.Order());
        Assert.Single(await File.ReadAllLinesAsync(builds));
    }

    [Fact]
    public async Task They_run_one_after_the_other_in_the_order_in_which_they_came()
    {
        var gate = Path.Join(Platform.Directory, "gate");
        var repository = await Platform.CreatePluginAsync("queued");
        await Platform.Client.InstallAsync(repository);
        await repository.CommitAsync("0.0.2", rules: $"[ $1 != build ] || until [ -e {gate} ]; do sleep 0.05; done");

        var upgrade = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url });
        await Platform.Events.WaitForAsync(upgrade, "building");
        var (status, body) = await Platform.Client.SendAsync(HttpMethod.Delete, "/0.2/plugins/acceptance/queued");
        Assert.Equal(HttpStatusCode.OK, status);
        var removal = body!["uuid"]!.GetValue<string>();
        await Platform.Events.WaitForAsync(removal, "starting");
        // It has a worker of its own: what does not wait would be done by the time that another plugin is installed.
        await Platform.Client.InstallAsync(await Platform.CreatePluginAsync("unconcerned"));
        Assert.DoesNotContain(Platform.Events.All, message => message.Uuid == removal && message.Status != "starting");
        await File.WriteAllTextAsync(gate, "");

        AssertCompleted(await Platform.Events.OfAsync(upgrade));
        Installing_a_plugin.AssertStatuses(await Platform.Events.OfAsync(removal), "starting", "removing", "completed");
        Assert.Null(await Platform.InstalledVersionAsync(repository.Package));
    }

    [Fact]
    public async Task One_that_fails_lets_the_next_begin()
    {
        var fails = Path.Join(Platform.Directory, "fails");
        await File.WriteAllTextAsync(fails, "");
        var repository = await Platform.CreatePluginAsync("unlucky", rules: $"[ $1 != build ] || [ ! -e {fails} ] || {{ rm -f {fails}; exit 3; }}");

        var requests = await Task.WhenAll(
            Enumerable.Range(0, 2).Select(_ => Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url })));

        var ends = await Task.WhenAll(requests.Select(async request => (await Platform.Events.OfAsync(request))[^1].Status));
        Assert.Equal(["completed", "error"], ends.Order());
        Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(repository.Package));
    }
}

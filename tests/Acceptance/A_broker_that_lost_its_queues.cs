using System.Text.Json.Nodes;
using WazoPlugind.StandIn;

namespace WazoPlugind.Acceptance;

/// <summary>The broker's queues are gone: someone has deleted them, or all of its data. What waited in them is sent again.</summary>
[Collection(SharedPlatform.Name)]
public sealed class A_broker_that_lost_its_queues(Platform platform) : Journey(platform)
{
    // Where a sandbox shows it too.
    private const string Gate = "/opt/acceptance-lost-gate";

    private const string Queues = "queues";
    private const string AllData = "data";

    public static IEnumerable<object[]> Losses => Soak.IsOn ? [[Queues], [AllData]] : [[Queues]];

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task Does_not_lose_operations(string what)
    {
        File.Delete(Gate);
        await using var worker = await Platform.ReconfigureWorkerAsync("worker: {build_concurrency: 1}");
        var runs = Path.Join(Platform.Directory, $"lost-runs-{what}");
        var building = await Platform.CreatePluginAsync(
            $"lost-{what}-building", rules: $"[ $1 != build ] || {{ echo >> {runs}; until [ -e {Gate} ]; do sleep 0.1; done; }}");
        var waiting = await Platform.CreatePluginAsync($"lost-{what}-waiting");
        var first = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = building.Url });
        await Platform.Events.WaitForAsync(first, "building");
        // Of one requester there would be only one in the queue.
        var second = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = waiting.Url }, token: StandInServer.OtherUserToken);
        await Platform.WaitForMessagesAsync("plugind-build", 1);

        await (what == Queues ? DeleteQueuesAsync() : DeleteAllAsync());
        await File.WriteAllTextAsync(Gate, "");

        foreach (var uuid in (string[])[first, second])
            Assert.Equal("completed", (await EndAsync(uuid))["status"]!.GetValue<string>());
        // What a worker had in hand was not begun again.
        Assert.Equal("\n", await File.ReadAllTextAsync(runs));
        await Platform.WaitForBusAsync();
        File.Delete(Gate);
    }

    // What is missed is missed twice, in rounds of ten seconds, and has to be old enough for that: longer than one waits elsewhere.
    private async Task<JsonNode> EndAsync(string uuid)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await Platform.Client.GetEndedAsync(uuid);
            }
            catch (TimeoutException) when (tries < 4)
            {
                // It goes on.
            }
            catch (TimeoutException e)
            {
                throw new TimeoutException($"{e.Message}\n{await Platform.Client.GetAsync($"/0.2/operations/{uuid}")}\n{Platform.Worker!.Output}", e);
            }
        }
    }

    private async Task DeleteAllAsync()
    {
        await Platform.RabbitMqControlAsync("delete_vhost", Platform.Vhost);
        await Platform.RabbitMqControlAsync("add_vhost", Platform.Vhost);
        await Platform.RabbitMqControlAsync("set_permissions", "-p", Platform.Vhost, "guest", ".*", ".*", ".*");
        await Platform.RestartEventsAsync();
    }

    private async Task DeleteQueuesAsync()
    {
        var queues = await Platform.RabbitMqControlAsync("list_queues", "--vhost", Platform.Vhost, "name");
        foreach (var queue in queues.Split('\n').Where(name => name.StartsWith("plugind-", StringComparison.Ordinal)))
            await Platform.RabbitMqControlAsync("delete_queue", "--vhost", Platform.Vhost, queue);
    }
}

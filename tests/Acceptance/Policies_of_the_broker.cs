using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

/// <summary>What the broker's administrator has set, for all of its queues perhaps.</summary>
[Collection(SharedPlatform.Name)]
public sealed class Policies_of_the_broker(Platform platform) : Journey(platform)
{
    [Theory]
    [InlineData("max-length", 1, 2, "its queue was full: a policy of the broker bounds it")]
    [InlineData("message-ttl", 300, 3, "it expired before a worker took it")]
    public async Task That_drop_messages_end_their_operations_with_that_reason(string policy, int value, int dropped, string reason)
    {
        await using var core = await Platform.ReconfigureWorkerAsync("", "--roles", "orchestrate,install");
        await Platform.RabbitMqControlAsync(
            "set_policy", "-p", Platform.Vhost, "bounds", "^plugind-fetch$", new JsonObject { [policy] = value }.ToJsonString(), "--apply-to", "queues");
        List<string> operations = [];
        try
        {
            for (var number = 0; number < 3; number++)
                operations.Add(await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = (await Platform.CreatePluginAsync($"{policy}{number}")).Url }));
            // Which of them, the broker says.
            await Wait.UntilAsync(() => Task.FromResult(operations.Count(HasFailed) == dropped), $"{dropped} ends");
            foreach (var uuid in operations.Where(HasFailed))
            {
                var error = (await Platform.Events.OfAsync(uuid))[^1];
                Assert.Equal(("downloading-error", reason), (error.Errors["error_id"]!.GetValue<string>(), error.Reason));
            }
        }
        finally
        {
            await Platform.RabbitMqControlAsync("clear_policy", "-p", Platform.Vhost, "bounds");
        }

        await using var builder = ServiceProcess.Start("Worker", "wazo-plugind-worker", "-c", Platform.ConfigFile, "--roles", "build");
        foreach (var uuid in operations.Where(uuid => !HasFailed(uuid)))
            AssertCompleted(await Platform.Events.OfAsync(uuid));

        bool HasFailed(string uuid) => Platform.Events.All.Any(message => message.Uuid == uuid && message.Status == "error");
    }

    [Fact]
    public async Task That_end_its_patience_with_a_long_build_cost_neither_that_nor_the_others()
    {
        var (runs, gate) = (Path.Join(Platform.Directory, "patience-runs"), Path.Join(Platform.Directory, "patience-gate"));
        var repository = await Platform.CreatePluginAsync("patience", rules: $"[ $1 != build ] || {{ echo >> {runs}; until [ -e {gate} ]; do sleep 0.05; done; }}");
        using (await BrokerUse.AloneAsync())
        {
            // A channel has the patience with which it was opened, and looks at it as often as it is told when it was last used.
            await SetAsync("consumer_timeout", 1000);
            await SetAsync("channel_tick_interval", 500);
            await Platform.StopWorkerAsync();
            await Platform.StartWorkerAsync();
            await Platform.WaitForWorkerAsync();
            await SetAsync("consumer_timeout", 1_800_000);
        }

        var before = await FindConsumerAsync();
        var uuid = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url });
        try
        {
            await Platform.WaitForFileAsync(runs);
            await Wait.UntilAsync(async () => await FindConsumerAsync() is { } now && now != before, "another consumer");

            AssertCompleted(await Platform.Client.InstallAsync(await Platform.CreatePluginAsync("beside-patience")));

            Assert.Equal("building", Platform.Events.StatusOf(uuid));
        }
        finally
        {
            await SetAsync("channel_tick_interval", 60_000);
            await File.WriteAllTextAsync(gate, "");
        }

        AssertCompleted(await Platform.Events.OfAsync(uuid));
        Assert.Equal("\n", await File.ReadAllTextAsync(runs));
        await Platform.StopWorkerAsync();
        await Platform.StartWorkerAsync();
    }

    // By the channel that it is on.
    private async Task<string?> FindConsumerAsync() =>
        (await Platform.RabbitMqControlAsync("list_consumers", "-p", Platform.Vhost, "queue_name", "channel_pid")).Split('\n')
            .FirstOrDefault(line => line.StartsWith("plugind-build\t", StringComparison.Ordinal));

    private static Task<string> SetAsync(string key, int milliseconds) =>
        Platform.RabbitMqControlAsync("eval", $"application:set_env(rabbit, {key}, {milliseconds}).");
}

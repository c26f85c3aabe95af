using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

[Collection(SharedPlatform.Name)]
public sealed class A_broker_that_takes_nothing(Platform platform) : Journey(platform)
{
    // What a client waits at most, and some.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3.5);

    [Fact]
    public async Task Under_an_alarm_refuses_every_request_says_so_and_carries_none_out_later()
    {
        var repository = await Platform.CreatePluginAsync("alarmed");
        using (await BrokerUse.AloneAsync())
        {
            await Platform.RabbitMqControlAsync("set_disk_free_limit", "900GB");
            try
            {
                for (var times = 0; times < 6; times++)
                    await AssertRefusedAsync(repository);
                var status = await TimedAsync(() => Platform.Client.GetAsync("/0.2/status"));
                Assert.Equal(("fail", "blocked"), (Text(status["bus"]!["status"]), Text(status["bus"]!["reason"])));
                Assert.Contains("low on disk", Text(status["bus"]!["message"]));
            }
            finally
            {
                await Platform.RabbitMqControlAsync("set_disk_free_limit", "50MB");
            }
        }

        await Platform.WaitForBusAsync();
        await AssertNothingCameOfThemAsync(repository);
    }

    [Fact]
    public async Task That_answers_nothing_any_more_is_told_in_time_and_gets_nothing()
    {
        var repository = await Platform.CreatePluginAsync("frozen");
        Platform.Broker.Freeze("");
        try
        {
            await AssertRefusedAsync(repository);
            var status = await TimedAsync(() => Platform.Client.GetAsync("/0.2/status"));
            foreach (var component in (JsonNode[])[status["bus"]!, status["worker"]!])
                Assert.Equal(("fail", "no-answer"), (Text(component["status"]), Text(component["reason"])));
            await AssertRefusedAsync(repository);
        }
        finally
        {
            Platform.Broker.Thaw();
        }

        await Platform.WaitForBusAsync();
        await AssertNothingCameOfThemAsync(repository);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task That_confirms_too_late_has_no_request_carried_out_that_was_refused(bool workerRuns)
    {
        var repository = await Platform.CreatePluginAsync($"withdrawn-{workerRuns}".ToLowerInvariant());
        if (!workerRuns)
            await Platform.StopWorkerAsync();
        Platform.Broker.Freeze("InstallPluginCommand");
        await AssertRefusedAsync(repository);
        Platform.Broker.Thaw();
        if (!workerRuns)
        {
            await Platform.WaitForMessagesAsync("plugind-requests", 2);
            await Platform.StartWorkerAsync();
        }

        await Platform.WaitForBusAsync();
        await AssertNothingCameOfThemAsync(repository);
    }

    [Fact]
    public async Task Until_a_worker_comes_too_late_has_the_operation_end_in_an_error_that_says_so()
    {
        var repository = await Platform.CreatePluginAsync("expired");
        await Platform.StopWorkerAsync();
        var bus = (await File.ReadAllLinesAsync(Platform.ConfigFile)).First(line => line.StartsWith("bus:", StringComparison.Ordinal));
        await Platform.RestartApiAsync(bus.Replace("}", ", request_timeout: 1}"));
        var uuid = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url });
        await Platform.WaitForMessagesAsync("plugind-dead-letters", 1);
        await Platform.RestartApiAsync();

        await Platform.StartWorkerAsync();

        Assert.Equal("error", (await Platform.Events.OfAsync(uuid))[^1].Status);
        var ended = await Platform.Client.GetEndedAsync(uuid);
        Assert.Contains("it expired before a worker took it", ended["error"]!.ToJsonString());
        Assert.Null(await Platform.InstalledVersionAsync(repository.Package));
    }

    // Whatever is asked for afterwards comes after them.
    private async Task AssertNothingCameOfThemAsync(PluginRepository repository)
    {
        var other = await Platform.CreatePluginAsync("after-" + repository.Name);
        AssertCompleted(await Platform.Client.InstallAsync(other));
        Assert.Null(await Platform.InstalledVersionAsync(repository.Package));
        var operations = await Platform.Client.GetAsync("/0.2/operations");
        Assert.DoesNotContain(operations["items"]!.AsArray(), operation => operation!["options"]?["url"]?.GetValue<string>() == repository.Url);
    }

    private async Task AssertRefusedAsync(PluginRepository repository)
    {
        var body = new JsonObject { ["method"] = "git", ["options"] = new JsonObject { ["url"] = repository.Url } };
        var (status, answer) = await TimedAsync(() => Platform.Client.SendAsync(HttpMethod.Post, "/0.2/plugins", body));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "bus-unavailable"), (status, Text(answer!["error_id"])));
    }

    private static async Task<T> TimedAsync<T>(Func<Task<T>> ask)
    {
        var started = Stopwatch.GetTimestamp();
        var answer = await ask();
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, Limit);
        return answer;
    }

    private static string? Text(JsonNode? node) => node?.GetValue<string>();
}

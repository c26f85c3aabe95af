using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace WazoPlugind.Acceptance;

/// <summary>Who is told something by an event, and asks at once, is told nothing older.</summary>
[Collection(SharedPlatform.Name)]
public sealed class What_an_event_tells(Platform platform) : Journey(platform)
{
    private static readonly string[] Steps =
    [
        "starting", "downloading", "extracting", "validating", "installing dependencies", "building", "packaging", "updating", "installing", "cleaning",
    ];

    [Fact]
    public async Task Can_be_read_when_it_comes()
    {
        var repository = await Platform.CreatePluginAsync("told");
        ConcurrentQueue<(string Status, JsonNode Operation, bool IsListed)> seen = new();
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var connection = await Platform.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        var queue = (await channel.QueueDeclareAsync()).QueueName;
        await channel.QueueBindAsync(
            queue, "wazo-headers", "", new Dictionary<string, object?> { ["x-match"] = "all", ["name"] = "plugin_install_progress" });
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            var data = JsonNode.Parse(Encoding.UTF8.GetString(delivery.Body.Span))!["data"]!;
            var (uuid, status) = (data["uuid"]!.GetValue<string>(), data["status"]!.GetValue<string>());
            seen.Enqueue((status, await Platform.Client.GetAsync($"/0.2/operations/{uuid}"), status == "completed" && await IsListedAsync(repository)));
            if (status is "completed" or "error")
                ended.SetResult();
        };
        await channel.BasicConsumeAsync(queue, autoAck: true, consumer);

        await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url });
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));

        var (last, operation, isListed) = seen.Last();
        Assert.Equal(("completed", "completed", true), (last, operation["status"]!.GetValue<string>(), isListed));
        Assert.NotNull(operation["finished_at"]);
        Assert.Equal([.. Steps, "completed"], seen.Select(told => told.Status));
        // It may be further, never behind.
        Assert.All(seen.SkipLast(1), told => Assert.True(
            told.Operation["finished_at"] is not null || Array.IndexOf(Steps, told.Operation["current_step"]?["name"]!.GetValue<string>()) >= Array.IndexOf(Steps, told.Status),
            $"{told.Status}: {told.Operation.ToJsonString()}"));
    }

    private async Task<bool> IsListedAsync(PluginRepository repository) =>
        (await Platform.Client.GetAsync("/0.2/plugins"))["items"]!.AsArray().Any(plugin => plugin!["name"]!.GetValue<string>() == repository.Name);
}

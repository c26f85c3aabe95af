using System.Text;
using RabbitMQ.Client;

namespace WazoPlugind.Acceptance;

/// <summary>Messages that nobody should send. The queue moves on, and they can be looked at.</summary>
[Collection(SharedPlatform.Name)]
public sealed class Poisonous_messages(Platform platform) : Journey(platform)
{
    private static readonly object[] Unreported = ["unreported", "saga.changed@PluginFetched", "plugind-operations_error"];

    public override Task InitializeAsync() => Platform.WaitForWorkerAsync();

    [Theory]
    [InlineData("plugind-commands", "application/vnd.masstransit+json", "{", "plugind-commands_error")]
    [InlineData("plugind-build", "application/vnd.masstransit+json", "nonsense", "plugind-build_error")]
    [InlineData("plugind-install", "text/plain", "rm -rf /", "plugind-install_error")]
    [InlineData("plugind-operations", "application/vnd.masstransit+json", """{"messageType": ["urn:message:WazoPlugind.Worker.Steps.Reports:StepFailed"], "message": {"uuid": 7}}""", "plugind-operations_error")]
    [InlineData("plugind-fetch", "application/vnd.masstransit+json", """{"messageType": ["urn:message:WazoPlugind.Messages:PolishPlugin"], "message": {}}""", "plugind-fetch_error")]
    public async Task Go_to_a_queue_of_their_own(string queue, string contentType, string body, string expected)
    {
        await SendAsync(queue, contentType, body);

        Assert.Equal(body, Encoding.UTF8.GetString((await Platform.TakeAsync(expected)).Body.Span));
        AssertCompleted(await Platform.Client.InstallAsync(await Platform.CreatePluginAsync($"healthy-{Guid.NewGuid():N}")));
    }

    // What no parser takes either: the size is the reason because none has seen it.
    [Theory]
    [InlineData("application/json")]
    [InlineData("application/vnd.masstransit+json")]
    public async Task That_are_huge_are_refused_before_they_are_read(string contentType)
    {
        var id = Guid.NewGuid().ToString();

        await Platform.SendAsync("plugind-commands", new BasicProperties { ContentType = contentType, MessageId = id }, new string('{', 300_000));

        Assert.Equal("larger than 262144 bytes", Assert.Single(await Platform.Events.OfAsync(id)).Reason);
        var message = await Platform.TakeAsync("plugind-commands_error");
        Assert.Equal("larger than 262144 bytes", Encoding.UTF8.GetString((byte[])message.BasicProperties.Headers!["MT-Fault-Message"]!));
    }

    [Fact]
    public async Task That_end_their_worker_again_and_again_end_their_operation()
    {
        var repository = await Platform.CreatePluginAsync("deadly");
        var uuid = await DieAsync(repository, others: "orchestrate,install", dying: "build", "source.fetched", times: 3);

        var messages = await Platform.Events.OfAsync(uuid);

        Assert.Equal("downloading-error", messages[^1].Errors["error_id"]!.GetValue<string>());
        var reason = messages[^1].Reason;
        Assert.Contains("its worker ended 3 times while it worked on this, the last 1 times with nothing else under way", reason);
        Assert.Equal("error", (await Platform.Client.GetEndedAsync(uuid))["status"]!.GetValue<string>());
        await Platform.WaitForWorkerAsync();
        AssertCompleted(await Platform.Client.InstallAsync(repository));
    }

    public static IEnumerable<object[]> Unbearable => Soak.IsOn
        ? [["undone", "saga.changed@InstallPluginCommand", "plugind-requests_error"], Unreported]
        : [Unreported];

    // The first time nobody writes it down: so it costs the others nothing.
    [Theory]
    [MemberData(nameof(Unbearable))]
    public async Task That_are_commands_or_reports_end_their_operation_too(string name, string point, string expected)
    {
        var repository = await Platform.CreatePluginAsync(name);
        var uuid = await DieAsync(repository, others: "build,install", dying: "orchestrate", point, times: 4);

        var messages = await Platform.Events.OfAsync(uuid);

        Assert.Equal("error", messages[^1].Status);
        Assert.Contains("its worker ended 3 times", messages[^1].Reason);
        Assert.Equal("error", (await Platform.Client.GetEndedAsync(uuid))["status"]!.GetValue<string>());
        await Platform.TakeAsync(expected);
        await Platform.WaitForWorkerAsync();
        AssertCompleted(await Platform.Client.InstallAsync(repository));
    }

    // A worker that lives is there at the end.
    private async Task<string> DieAsync(PluginRepository repository, string others, string dying, string point, int times)
    {
        await Platform.StopWorkerAsync();
        var file = await Platform.ConfigureAsync("worker: {install_retry_delay: 1, kill_limit: 1}");
        await using var alive = ServiceProcess.Start("Worker", "wazo-plugind-worker", "-c", file, "--roles", others);
        var uuid = await Platform.Client.RequestInstallAsync(new() { ["url"] = repository.Url });
        for (var time = 0; time < times; time++)
        {
            await Platform.StartWorkerAsync(file, point, "--roles", dying);
            Assert.Equal(137, await Platform.Worker!.WaitAsync());
        }

        await Platform.StopWorkerAsync();
        await Platform.StartWorkerAsync(file);
        return uuid;
    }

    private Task SendAsync(string exchange, string contentType, string body) =>
        Platform.SendAsync(exchange, new BasicProperties { ContentType = contentType }, body);
}

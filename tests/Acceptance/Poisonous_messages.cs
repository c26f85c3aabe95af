using System.Text;
using RabbitMQ.Client;

namespace WazoPlugind.Acceptance;

/// <summary>Messages that nobody should send. The queue moves on, and they can be looked at.</summary>
[Collection(SharedPlatform.Name)]
public sealed class Poisonous_messages(Platform platform) : Journey(platform)
{
    public override Task InitializeAsync() => Platform.WaitForWorkerAsync();

    [Theory]
    [InlineData("plugind-commands", "application/vnd.masstransit+json", "{", "plugind-commands_error")]
    [InlineData("plugind-build", "application/vnd.masstransit+json", "nonsense", "plugind-build_error")]
    [InlineData("plugind-install", "text/plain", "rm -rf /", "plugind-install_error")]
    [InlineData("plugind-operations", "application/vnd.masstransit+json", """{"messageType": ["urn:message:WazoPlugind.Messages:PackageInstalled"], "message": {"uuid": 7}}""", "plugind-operations_error")]
    [InlineData("plugind-build", "application/vnd.masstransit+json", """{"messageType": ["urn:message:WazoPlugind.Messages:PolishPlugin"], "message": {}}""", "plugind-build_skipped")]
    public async Task Go_to_a_queue_of_their_own(string queue, string contentType, string body, string expected)
    {
        await SendAsync(queue, contentType, Encoding.UTF8.GetBytes(body));

        Assert.Equal(body, Encoding.UTF8.GetString((await TakeAsync(expected)).Body.Span));
        Assert.Equal("completed", (await Platform.Client.InstallAsync(await Platform.CreatePluginAsync($"healthy-{Guid.NewGuid():N}")))[^1].Status);
    }

    [Fact]
    public async Task That_are_huge_are_refused_with_that_reason()
    {
        var body = $$"""{"method": "git", "options": {"url": "{{new string('x', 300_000)}}"} }""";
        await SendAsync("plugind-commands", "application/json", Encoding.UTF8.GetBytes(body));

        var message = await TakeAsync("plugind-commands_error");
        Assert.Equal("larger than 262144 bytes", Encoding.UTF8.GetString((byte[])message.BasicProperties.Headers!["MT-Fault-Message"]!));
    }

    [Fact]
    public async Task That_have_ended_their_worker_three_times_end_their_operation()
    {
        var repository = await Platform.CreatePluginAsync("deadly");
        await Platform.StopWorkerAsync();
        var uuid = await Platform.Client.RequestInstallAsync(new() { ["url"] = repository.Url });
        for (var death = 1; death <= 3; death++)
        {
            await Platform.StartWorkerAsync(fault: "source.fetched");
            Assert.Equal(137, await Platform.Worker!.WaitAsync());
        }

        await Platform.StartWorkerAsync();
        var messages = await Platform.Events.OfAsync(uuid);

        Assert.Equal("downloading-error", messages[^1].Errors["error_id"]!.GetValue<string>());
        Assert.Contains("three times", messages[^1].Details["reason"]!.GetValue<string>());
        Assert.Equal("error", (await Platform.Client.GetEndedAsync(uuid))["status"]!.GetValue<string>());
        await TakeAsync("plugind-dead-letters_error");
        await Platform.WaitForWorkerAsync();
        Assert.Equal("completed", (await Platform.Client.InstallAsync(repository))[^1].Status);
    }

    private async Task SendAsync(string exchange, string contentType, byte[] body)
    {
        await using var connection = await ConnectAsync();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await channel.BasicPublishAsync(exchange, "", mandatory: true, new BasicProperties { ContentType = contentType, DeliveryMode = DeliveryModes.Persistent }, body);
    }

    private async Task<BasicGetResult> TakeAsync(string queue)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            try
            {
                await using var connection = await ConnectAsync();
                await using var channel = await connection.CreateChannelAsync();
                if (await channel.BasicGetAsync(queue, autoAck: true) is { } message)
                    return message;
            }
            catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
            {
                // There is no such queue before the first error, or it is being made.
            }

            await Task.Delay(50);
        }

        throw new TimeoutException($"nothing came to {queue}");
    }

    private Task<IConnection> ConnectAsync() =>
        new ConnectionFactory { HostName = "127.0.0.1", VirtualHost = Platform.Vhost }.CreateConnectionAsync();
}

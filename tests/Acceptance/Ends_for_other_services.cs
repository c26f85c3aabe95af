using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using MassTransit;
using RabbitMQ.Client;
using WazoPlugind.Messages;

namespace WazoPlugind.Acceptance;

/// <summary>What services learn of the end of an operation, beside the platform's events.</summary>
[Collection(SharedPlatform.Name)]
public sealed class Ends_for_other_services(Platform platform) : Journey(platform)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public override Task InitializeAsync() => Platform.WaitForWorkerAsync();

    [Fact]
    public async Task Are_consumed_with_MassTransit()
    {
        var ends = Channel.CreateUnbounded<(PluginOperationEnded End, Guid? Message, Guid? Correlation)>();
        var bus = MassTransit.Bus.Factory.CreateUsingRabbitMq(configuration =>
        {
            configuration.Host("127.0.0.1", Platform.Vhost);
            configuration.ReceiveEndpoint(queue => queue.Handler<PluginOperationEnded>(async context =>
                await ends.Writer.WriteAsync((context.Message, context.MessageId, context.CorrelationId))));
        });
        await bus.StartAsync(new CancellationTokenSource(Limit).Token);
        try
        {
            var needed = await Platform.CreatePluginAsync("end-needed");
            Platform.OfferInMarket(needed);
            var repository = await Platform.CreatePluginAsync("end", manifest: "depends: [{namespace: acceptance, name: end-needed}]");

            var installed = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url });
            var (dependency, _, _) = await NextAsync();
            var (end, message, correlation) = await NextAsync();
            Assert.Equal((OperationAction.Install, OperationStatus.Completed, "end-needed"), (dependency.Action, dependency.Status, dependency.Name));
            Assert.Equal(
                new PluginOperationEnded
                {
                    Uuid = Guid.Parse(installed),
                    Action = OperationAction.Install,
                    Status = OperationStatus.Completed,
                    Namespace = "acceptance",
                    Name = "end",
                    Version = "0.0.1",
                },
                end);
            Assert.Equal((true, end.Uuid), (message is not null, correlation));

            var failed = await Platform.CreatePluginAsync("end-failed", rules: "[ $1 != build ] || exit 3");
            await Platform.Client.InstallAsync(failed);
            (end, _, _) = await NextAsync();
            Assert.Equal((OperationStatus.Error, ErrorId.Install), (end.Status, end.Error!.ErrorId));
            Assert.Contains("exit code 3", end.Error.Reason);

            await Platform.Client.UninstallAsync(repository);
            (end, _, _) = await NextAsync();
            Assert.Equal((OperationAction.Uninstall, OperationStatus.Completed, "end", null), (end.Action, end.Status, end.Name, end.Version));

            // A command that is refused has an end too.
            var refused = Guid.NewGuid();
            await Platform.SendAsync(
                CommandEndpoint.Name, new BasicProperties { ContentType = "application/json", MessageId = refused.ToString() }, """{"method": "cook"}""");
            (end, _, _) = await NextAsync();
            Assert.Equal((refused, OperationStatus.Error, ErrorId.InvalidData), (end.Uuid, end.Status, end.Error!.ErrorId));
            await Platform.TakeAsync("plugind-commands_error");
        }
        finally
        {
            await bus.StopAsync();
        }

        Task<(PluginOperationEnded End, Guid? Message, Guid? Correlation)> NextAsync() => ends.Reader.ReadAsync().AsTask().WaitAsync(Limit);
    }

    [Fact]
    public async Task Are_read_as_the_documentation_does_it_in_Python()
    {
        var documentation = await File.ReadAllTextAsync(Path.Join(ServiceProcess.Repository, "docs/bus-commands.md"));
        var script = Path.Join(Platform.Directory, "ends.py");
        await File.WriteAllTextAsync(script, Regex.Matches(documentation, "```python\n(.*?)```", RegexOptions.Singleline)[1].Groups[1].Value);
        var uuid = Guid.NewGuid().ToString();
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, $"amqp://guest:guest@127.0.0.1:5672/{Platform.Vhost}", uuid])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Assert.Equal("waiting", await process.StandardOutput.ReadLineAsync().WaitAsync(Limit));
        var repository = await Platform.CreatePluginAsync("end-python");

        await Platform.SendAsync(
            CommandEndpoint.Name,
            new BasicProperties { ContentType = "application/json" },
            new JsonObject { ["uuid"] = uuid, ["method"] = "git", ["options"] = new JsonObject { ["url"] = repository.Url } }.ToJsonString());

        var output = await process.StandardOutput.ReadToEndAsync().WaitAsync(Limit);
        Assert.Equal("completed acceptance/end-python 0.0.1\n", output);
        await process.WaitForExitAsync().WaitAsync(Limit);
        Assert.Equal(0, process.ExitCode);
    }

    // NServiceBus read these with the conventional and the direct topology.
    [Fact]
    public async Task Have_what_NServiceBus_looks_for()
    {
        await using var connection = await Platform.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        var (conventional, direct) = ((await channel.QueueDeclareAsync()).QueueName, (await channel.QueueDeclareAsync()).QueueName);
        await channel.ExchangeDeclareAsync(PluginOperationEnded.Exchange, "fanout", durable: true);
        await channel.QueueBindAsync(conventional, PluginOperationEnded.Exchange, "");
        await channel.QueueBindAsync(direct, "amq.topic", PluginOperationEnded.Topic);

        var uuid = (await Platform.Client.InstallAsync(await Platform.CreatePluginAsync("end-nservicebus")))[0].Uuid;

        foreach (var (queue, contentType) in ((string, string)[])[(conventional, "application/vnd.masstransit+json"), (direct, "application/json")])
        {
            var message = await Wait.ForAsync(async () => await channel.BasicGetAsync(queue, autoAck: true), () => "the end");
            var properties = message.BasicProperties;
            Assert.Equal(
                (true, uuid, "WazoPlugind.Messages.PluginOperationEnded", contentType, DeliveryModes.Persistent),
                (Guid.TryParse(properties.MessageId, out _), properties.CorrelationId, properties.Type, properties.ContentType, properties.DeliveryMode));
            Assert.Equal(
                ("WazoPlugind.Messages.PluginOperationEnded", "Publish", "application/json"),
                (HeaderOf("EnclosedMessageTypes"), HeaderOf("MessageIntent"), HeaderOf("ContentType")));
            var body = JsonNode.Parse(message.Body.Span)!;
            Assert.Equal((uuid, "completed", "end-nservicebus"), ((string?)body["Uuid"], (string?)body["Status"], (string?)body["Name"]));

            string HeaderOf(string name) => Encoding.UTF8.GetString((byte[])properties.Headers!["NServiceBus." + name]!);
        }
    }

    [Fact]
    public async Task Are_not_published_where_the_configuration_says_so()
    {
        var bus = (await File.ReadAllLinesAsync(Platform.ConfigFile)).Single(line => line.StartsWith("bus:", StringComparison.Ordinal));
        await using var worker = await Platform.ReconfigureWorkerAsync(bus.Replace("}", ", publish_ended: false}"));
        await using var connection = await Platform.ConnectAsync();
        await using var channel = await connection.CreateChannelAsync();
        var queue = (await channel.QueueDeclareAsync()).QueueName;
        await channel.QueueBindAsync(queue, "amq.topic", PluginOperationEnded.Topic);
        var repository = await Platform.CreatePluginAsync("end-off");

        AssertCompleted(await Platform.Client.InstallAsync(repository));
        AssertCompleted(await Platform.Client.UninstallAsync(repository));

        Assert.Null(await channel.BasicGetAsync(queue, autoAck: true));
    }
}

using System.Diagnostics;
using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

/// <summary>The platform's services are written in Python, with kombu; so were the recordings made.</summary>
[Collection(SharedPlatform.Name)]
public sealed class A_python_subscriber(Platform platform) : Journey(platform)
{
    private const string Subscriber = """
        import json, sys, uuid
        from kombu import Connection, Exchange, Queue

        exchange = Exchange('wazo-headers', 'headers', durable=True)
        with Connection(sys.argv[1]) as connection, connection.channel() as channel:
            queue = Queue(uuid.uuid4().hex, exchange, exclusive=True, auto_delete=True,
                          binding_arguments={'x-match': 'all', 'name': 'plugin_install_progress'})(channel)
            last = []

            def show(body, message):
                last.append(body['data']['status'] in ('completed', 'error'))
                print(json.dumps({
                    'exchange': message.delivery_info['exchange'],
                    'routing_key': message.delivery_info['routing_key'],
                    'properties': {
                        'content_type': message.content_type,
                        'content_encoding': message.content_encoding,
                        'application_headers': message.headers,
                        'delivery_mode': message.properties['delivery_mode'],
                        'priority': message.properties.get('priority', 0),
                    },
                    'body': body,
                }), flush=True)

            with connection.Consumer(queue, callbacks=[show], no_ack=True, channel=channel):
                print('ready', flush=True)
                while not any(last):
                    connection.drain_events(timeout=60)
        """;

    [Fact]
    public async Task Gets_the_recorded_messages_to_the_last_property()
    {
        var repository = await Platform.CreatePluginAsync("python");
        using var process = Process.Start(new ProcessStartInfo(
            "/usr/bin/python3", ["-c", Subscriber, $"amqp://guest:guest@127.0.0.1/{Platform.Vhost}"])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync());

        var operation = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url });
        List<JsonObject> messages = [];
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) is { } line)
            messages.Add(JsonNode.Parse(line)!.AsObject());
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, errors);

        var recorded = Recording.WholeMessages("events-install.txt", "install");
        Assert.All(messages, message => Assert.Equal(operation, message["body"]!["data"]!["uuid"]!.GetValue<string>()));
        Assert.Equal(recorded.Count, messages.Count);
        foreach (var (expected, actual) in recorded.Zip(messages))
            Assert.Equal(Sorted(Recording.Normalized(expected)), Sorted(Recording.Normalized(actual)));
    }

    private static string Sorted(JsonNode? node) => node switch
    {
        JsonObject properties => "{" + string.Join(
            ", ", properties.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}: {Sorted(pair.Value)}")) + "}",
        _ => node?.ToJsonString() ?? "null",
    };
}

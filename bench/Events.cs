using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace WazoPlugind.Bench;

/// <summary>Subscribes to the events of plugins, as the platform's services do.</summary>
internal sealed class Events : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> _ends = new();
    private readonly ConcurrentQueue<double> _delays = new();
    private readonly ConcurrentQueue<(string Uuid, string Status, long Time)> _steps = new();
    private readonly IConnection _connection;

    private Events(IConnection connection) => _connection = connection;

    /// <summary>Milliseconds from the publishing of each event until it was here.</summary>
    public IReadOnlyCollection<double> Delays => _delays;

    /// <summary>Milliseconds from one event of an operation to the next, in the order of its steps.</summary>
    /// <param name="uuid">The operation.</param>
    public IReadOnlyList<(string Status, double Time)> StepsOf(string uuid)
    {
        var steps = _steps.Where(step => step.Uuid == uuid).ToList();
        return [.. steps.Zip(steps.Skip(1), (step, next) => (step.Status, Stopwatch.GetElapsedTime(step.Time, next.Time).TotalMilliseconds))];
    }

    public static Task<IConnection> ConnectAsync(string vhost) =>
        new ConnectionFactory { HostName = "127.0.0.1", VirtualHost = vhost }.CreateConnectionAsync();

    public static async Task<Events> StartAsync(string vhost)
    {
        var events = new Events(await ConnectAsync(vhost));
        var channel = await events._connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync("wazo-headers", "headers", durable: true);
        var queue = (await channel.QueueDeclareAsync()).QueueName;
        foreach (var name in (string[])["plugin_install_progress", "plugin_uninstall_progress"])
            await channel.QueueBindAsync(queue, "wazo-headers", "", new Dictionary<string, object?> { ["x-match"] = "all", ["name"] = name });
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            events.Add(JsonNode.Parse(delivery.Body.Span)!);
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue, autoAck: true, consumer);
        return events;
    }

    /// <summary>Waits for the end of an operation.</summary>
    /// <exception cref="InvalidOperationException">It ended in an error.</exception>
    public async Task CompletedAsync(string uuid)
    {
        if (await EndedAsync(uuid) is var status && status != "completed")
            throw new InvalidOperationException($"{uuid}: {status}");
    }

    /// <summary>Waits for the end of an operation, and gives its last status, or its error.</summary>
    public Task<string> EndedAsync(string uuid) => End(uuid).Task.WaitAsync(TimeSpan.FromMinutes(3));

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private TaskCompletionSource<string> End(string uuid) =>
        _ends.GetOrAdd(uuid, _ => new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously));

    private void Add(JsonNode message)
    {
        var published = DateTime.Parse(message["timestamp"]!.GetValue<string>(), CultureInfo.InvariantCulture);
        _delays.Enqueue((TimeProvider.System.GetLocalNow().DateTime - published).TotalMilliseconds);
        var data = message["data"]!;
        var uuid = data["uuid"]!.GetValue<string>();
        _steps.Enqueue((uuid, data["status"]!.GetValue<string>(), Stopwatch.GetTimestamp()));
        switch (data["status"]!.GetValue<string>())
        {
            case "completed":
                End(uuid).TrySetResult("completed");
                break;
            case "error":
                End(uuid).TrySetResult(data["errors"]!.ToJsonString());
                break;
        }
    }
}

using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace WazoPlugind.Harness;

/// <summary>Subscribes to the events of plugins, as the platform's services do.</summary>
public sealed class EventRecorder : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Operation> _operations = new();
    private readonly ConcurrentQueue<WazoMessage> _all = new();
    private readonly IConnection _connection;

    private EventRecorder(IConnection connection) => _connection = connection;

    /// <summary>Connects to the broker, as another service does.</summary>
    public static Task<IConnection> ConnectAsync(string vhost) =>
        new ConnectionFactory { HostName = "127.0.0.1", VirtualHost = vhost }.CreateConnectionAsync();

    public static async Task<EventRecorder> StartAsync(string vhost)
    {
        var connection = await ConnectAsync(vhost);
        var recorder = new EventRecorder(connection);
        var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync("wazo-headers", "headers", durable: true);
        var queue = (await channel.QueueDeclareAsync()).QueueName;
        foreach (var name in (string[])["plugin_install_progress", "plugin_uninstall_progress"])
            await channel.QueueBindAsync(queue, "wazo-headers", "", new Dictionary<string, object?> { ["x-match"] = "all", ["name"] = name });
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            recorder.Add(Read(delivery));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(queue, autoAck: true, consumer);
        return recorder;
    }

    /// <summary>Every message of every operation so far, as they came.</summary>
    public IReadOnlyList<WazoMessage> All => [.. _all];

    /// <summary>Every message of an operation, once it has ended.</summary>
    /// <exception cref="TimeoutException">It does not end.</exception>
    public async Task<IReadOnlyList<WazoMessage>> OfAsync(string uuid, int seconds = 30)
    {
        var operation = _operations.GetOrAdd(uuid, _ => new Operation());
        try
        {
            await operation.Ended.Task.WaitAsync(TimeSpan.FromSeconds(seconds));
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"operation {uuid} did not end; its events: {string.Join(", ", operation.Messages.Select(message => message.Status))}");
        }

        return [.. operation.Messages];
    }

    /// <summary>The status that an operation has published last.</summary>
    public string StatusOf(string uuid) => _operations[uuid].Messages.Last().Status;

    /// <summary>Waits until an operation has published a status.</summary>
    public async Task WaitForAsync(string uuid, string status)
    {
        await Wait.UntilAsync(HasComeAsync, $"'{status}' of operation {uuid}");

        Task<bool> HasComeAsync() => Task.FromResult(
            _operations.TryGetValue(uuid, out var operation) && operation.Messages.Any(message => message.Status == status));
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private void Add(WazoMessage message)
    {
        _all.Enqueue(message);
        var operation = _operations.GetOrAdd(message.Uuid, _ => new Operation());
        operation.Messages.Enqueue(message);
        if (message.IsLast)
            operation.Ended.TrySetResult();
    }

    private static WazoMessage Read(BasicDeliverEventArgs delivery)
    {
        var headers = new JsonObject();
        foreach (var (name, value) in delivery.BasicProperties.Headers ?? new Dictionary<string, object?>())
            headers[name] = value is byte[] text ? Encoding.UTF8.GetString(text) : value?.ToString();
        var properties = new JsonObject
        {
            ["content_type"] = delivery.BasicProperties.ContentType,
            ["content_encoding"] = delivery.BasicProperties.ContentEncoding,
            ["application_headers"] = headers,
            ["delivery_mode"] = (int)delivery.BasicProperties.DeliveryMode,
            // 0 also when it is absent.
            ["priority"] = delivery.BasicProperties.Priority,
        };
        return new WazoMessage(delivery.Exchange, delivery.RoutingKey, properties, JsonNode.Parse(delivery.Body.Span)!.AsObject())
        {
            Id = delivery.BasicProperties.MessageId,
        };
    }

    private sealed class Operation
    {
        public ConcurrentQueue<WazoMessage> Messages { get; } = new();

        public TaskCompletionSource Ended { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Messages;

namespace WazoPlugind.Worker.Events;

/// <summary>
/// Publishes the ends of operations so that MassTransit and NServiceBus both read them (seen with MassTransit 8.5.12, NServiceBus 10): the body is
/// MassTransit's envelope, with the members beside it that NServiceBus reads. They have a channel of their own: a missing permission
/// holds no event of the platform up.
/// </summary>
internal sealed class EndPublisher : IAsyncDisposable
{
    private const string Envelope = "application/vnd.masstransit+json";
    private const string Topics = "amq.topic";

    private static readonly string FullName = typeof(PluginOperationEnded).FullName!;

    private readonly BrokerConnection _connection;
    private readonly SharedChannel _channel;

    /// <summary>Opens nothing yet.</summary>
    /// <param name="connection">The connection to the broker.</param>
    public EndPublisher(BrokerConnection connection)
    {
        _connection = connection;
        _channel = new SharedChannel(connection, DeclareAsync);
    }

    /// <summary>Publishes an end, and waits until it is safe with the broker, where anyone wants it.</summary>
    /// <param name="id">The message's id: the same each time that it is published.</param>
    /// <param name="ended">The end.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task PublishAsync(Guid id, PluginOperationEnded ended, CancellationToken cancellationToken)
    {
        var channel = await _channel.GetAsync(cancellationToken);
        var publishing = Task.WhenAll(
            channel.PublishAsync(PluginOperationEnded.Exchange, "", Describe(id, ended, Envelope), JsonSerializer.SerializeToUtf8Bytes(Write(id, ended))),
            channel.PublishAsync(
                Topics, PluginOperationEnded.Topic, Describe(id, ended, MediaTypeNames.Application.Json), JsonSerializer.SerializeToUtf8Bytes(ended)));
        await _connection.WaitAsync(publishing, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _channel.DisposeAsync();

    private static BasicProperties Describe(Guid id, PluginOperationEnded ended, string contentType) => new()
    {
        MessageId = id.ToString(),
        CorrelationId = ended.Uuid.ToString(),
        Type = FullName,
        ContentType = contentType,
        DeliveryMode = DeliveryModes.Persistent,
        Headers = new Dictionary<string, object?>
        {
            ["NServiceBus.EnclosedMessageTypes"] = FullName,
            ["NServiceBus.MessageIntent"] = "Publish",
            ["NServiceBus.ContentType"] = MediaTypeNames.Application.Json,
        },
    };

    private static JsonObject Write(Guid id, PluginOperationEnded ended)
    {
        var body = JsonSerializer.SerializeToNode(ended)!.AsObject();
        body["messageId"] = id.ToString();
        body["correlationId"] = ended.Uuid.ToString();
        body["messageType"] = new JsonArray($"urn:message:{PluginOperationEnded.Exchange}");
        body["message"] = JsonSerializer.SerializeToNode(ended, JsonSerializerOptions.Web);
        return body;
    }

    // One that is there needs no permission for that.
    private async Task DeclareAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var asking = await (await _connection.GetAsync(cancellationToken)).CreateChannelAsync(cancellationToken: cancellationToken);
            await asking.ExchangeDeclarePassiveAsync(PluginOperationEnded.Exchange, cancellationToken);
            return;
        }
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            // It is made.
        }

        await using var channel = await (await _connection.GetAsync(cancellationToken)).CreateChannelAsync(cancellationToken: cancellationToken);
        await channel.ExchangeDeclareAsync(PluginOperationEnded.Exchange, ExchangeType.Fanout, durable: true, cancellationToken: cancellationToken);
    }
}

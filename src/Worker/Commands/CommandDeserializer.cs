using System.Net.Mime;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit;
using MassTransit.Serialization;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;

namespace WazoPlugind.Worker.Commands;

/// <summary>
/// Reads commands: plain JSON, and what MassTransit puts around it; both are checked the same way. MassTransit's own deserializer for
/// plain JSON hands a message to every consumer of the queue, whatever its type.
/// </summary>
/// <param name="contentType">What it reads: plain JSON, or MassTransit's.</param>
/// <param name="isOurs">Whether the queue takes this service's own messages only.</param>
internal sealed class CommandDeserializer(string contentType, bool isOurs) : IMessageDeserializer, ISerializerFactory
{
    private static readonly SystemTextJsonMessageSerializer Envelopes = new(null);

    // What the uuids are derived from of commands whose message has an id that is none.
    private static readonly Guid MessageIds = new("7f6a43c5-1e0b-4b8e-9d0f-6a9d4c5b7e21");

    /// <inheritdoc cref="IMessageDeserializer.ContentType"/>
    public ContentType ContentType { get; } = new(contentType);

    // What the API has taken is longer inside: with who asks, and some letters in six bytes each.
    private int Max => isOurs ? 8 * CommandEndpoint.MaxSize : CommandEndpoint.MaxSize;

    private bool IsPlain => ContentType.MediaType == MediaTypeNames.Application.Json;

    /// <inheritdoc/>
    public ConsumeContext Deserialize(ReceiveContext receiveContext)
    {
        // Before anything parses it: what is taken is kept, shown and sent on.
        if (receiveContext.Body.Length is null || receiveContext.Body.Length > Max)
            return Read(receiveContext, new RejectedCommand { Uuid = UuidOf(receiveContext), Reason = $"larger than {Max} bytes" });
        var (body, type) = IsPlain ? (receiveContext.Body.GetBytes(), TypeOf(receiveContext)) : Open(receiveContext.Body.GetBytes());
        return Read(receiveContext, CommandReader.Read(body, type, UuidOf(receiveContext), isOurs, PropertiesOf(receiveContext)?.MessageId));
    }

    /// <inheritdoc/>
    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) =>
        Envelopes.Deserialize(body, headers, destinationAddress);

    /// <inheritdoc/>
    public MessageBody GetMessageBody(string text) => new StringMessageBody(text);

    /// <inheritdoc/>
    public IMessageDeserializer CreateDeserializer() => this;

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: nothing is sent like this.</exception>
    public IMessageSerializer CreateSerializer() => throw new NotSupportedException("Commands are only read.");

    /// <inheritdoc/>
    public void Probe(ProbeContext context) => context.CreateScope("commands").Add("contentType", ContentType.MediaType);

    private static BodyConsumeContext Read(ReceiveContext context, object command) => new(context, Envelop(command, context));

    // The same after a redelivery, where the sender has named the message.
    private static Guid? UuidOf(ReceiveContext context) =>
        PropertiesOf(context)?.MessageId is { Length: > 0 } id ? Guid.TryParse(id, out var uuid) ? uuid : DerivedUuid.Of(MessageIds, id) : null;

    private static RabbitMQ.Client.IReadOnlyBasicProperties? PropertiesOf(ReceiveContext context) =>
        context.TryGetPayload<RabbitMqBasicConsumeContext>(out var delivery) ? delivery.Properties : null;

    private static string? TypeOf(ReceiveContext context)
    {
        return Header("NServiceBus.EnclosedMessageTypes") ?? Header(CommandEndpoint.TypeHeader)
            ?? (PropertiesOf(context)?.Type is { Length: > 0 } type ? type : null);

        string? Header(string name) => context.TransportHeaders.Get<string>(name) is { Length: > 0 } value ? value : null;
    }

    // Something else in its place is refused as what it is.
    private static (byte[] Body, string? Type) Open(byte[] envelope)
    {
        try
        {
            using var document = JsonDocument.Parse(envelope);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root && root.TryGetProperty("message", out var message)
                ? (Encoding.UTF8.GetBytes(message.GetRawText()), root.TryGetProperty("messageType", out var types) ? TypeOf(types) : null)
                : ("null"u8.ToArray(), null);
        }
        catch (JsonException)
        {
            return (envelope, null);
        }
    }

    // urn:message:WazoPlugind.Messages:InstallPluginCommand
    private static string? TypeOf(JsonElement types) => types.ValueKind == JsonValueKind.Array
        ? string.Join(';', types.EnumerateArray().Where(type => type.ValueKind == JsonValueKind.String).Select(type => type.GetString()))
        : null;

    private static IEnumerable<Type> TypesOf(object command) => command is IOperationMessage ? [command.GetType(), typeof(IOperationMessage)] : [command.GetType()];

    // As MassTransit itself would have sent it.
    private static SerializerContext Envelop(object command, ReceiveContext context)
    {
        var envelope = new JsonObject
        {
            ["messageType"] = new JsonArray([.. TypesOf(command).Select(type => JsonValue.Create(MessageUrn.ForTypeString(type)))]),
            ["message"] = JsonSerializer.SerializeToNode(command, command.GetType(), SystemTextJsonMessageSerializer.Options),
        };
        return Envelopes.Deserialize(new StringMessageBody(envelope.ToJsonString()), context.TransportHeaders, context.InputAddress);
    }
}

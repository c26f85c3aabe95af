using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit;
using MassTransit.Serialization;
using WazoPlugind.Messages;

namespace WazoPlugind.Worker.Commands;

/// <summary>
/// Takes plain JSON from the queue of commands. MassTransit's own deserializer for it hands a message to every consumer of the
/// queue, whatever its type.
/// </summary>
internal sealed class PlainCommandDeserializer : IMessageDeserializer
{
    private static readonly SystemTextJsonMessageSerializer Envelopes = new(null);

    /// <inheritdoc cref="IMessageDeserializer.ContentType"/>
    public ContentType ContentType { get; } = new(MediaTypeNames.Application.Json);

    /// <inheritdoc/>
    public ConsumeContext Deserialize(ReceiveContext receiveContext)
    {
        var type = Header("NServiceBus.EnclosedMessageTypes") ?? Header("message_type") ?? TypeProperty(receiveContext);
        // The same after a redelivery, where the sender has named the message.
        var fallback = receiveContext.GetMessageId() ?? Guid.NewGuid();
        return new BodyConsumeContext(receiveContext, Envelop(PlainCommand.Read(receiveContext.Body.GetBytes(), type, fallback), receiveContext));

        string? Header(string name) => receiveContext.TransportHeaders.Get<string>(name) is { Length: > 0 } value ? value : null;
    }

    /// <inheritdoc/>
    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) =>
        Envelopes.Deserialize(body, headers, destinationAddress);

    /// <inheritdoc/>
    public MessageBody GetMessageBody(string text) => new StringMessageBody(text);

    /// <inheritdoc/>
    public void Probe(ProbeContext context) => context.CreateScope("json").Add("contentType", ContentType.MediaType);

    private static string? TypeProperty(ReceiveContext context) =>
        context.TryGetPayload<RabbitMqBasicConsumeContext>(out var delivery) && delivery.Properties.Type is { Length: > 0 } type ? type : null;

    private static IEnumerable<Type> TypesOf(object command) => command is IOperationMessage ? [command.GetType(), typeof(IOperationMessage)] : [command.GetType()];

    // As MassTransit itself would have sent it.
    private static SerializerContext Envelop(object command, ReceiveContext context)
    {
        var envelope = new JsonObject
        {
            ["messageType"] = new JsonArray([.. TypesOf(command).Select(type => JsonValue.Create(MessageUrn.ForTypeString(type)))]),
            ["message"] = JsonSerializer.SerializeToNode(command, SystemTextJsonMessageSerializer.Options),
        };
        return Envelopes.Deserialize(new StringMessageBody(envelope.ToJsonString()), context.TransportHeaders, context.InputAddress);
    }
}

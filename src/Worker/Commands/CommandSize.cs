using System.Net.Mime;
using MassTransit;

namespace WazoPlugind.Worker.Commands;

/// <summary>Bounds commands, before anything parses them: they are kept, shown and sent on.</summary>
/// <param name="reader">Reads those that are not too large.</param>
internal sealed class CommandSize(IMessageDeserializer reader) : IMessageDeserializer, ISerializerFactory
{
    /// <summary>The most bytes that a command may have.</summary>
    public const int Max = 256 * 1024;

    /// <inheritdoc cref="IMessageDeserializer.ContentType"/>
    public ContentType ContentType => reader.ContentType;

    /// <inheritdoc/>
    /// <exception cref="RejectedCommandException">The message is larger.</exception>
    public ConsumeContext Deserialize(ReceiveContext receiveContext) => receiveContext.Body.Length is > Max or null
        ? throw new RejectedCommandException($"larger than {Max} bytes")
        : reader.Deserialize(receiveContext);

    /// <inheritdoc/>
    public SerializerContext Deserialize(MessageBody body, Headers headers, Uri? destinationAddress = null) =>
        reader.Deserialize(body, headers, destinationAddress);

    /// <inheritdoc/>
    public MessageBody GetMessageBody(string text) => reader.GetMessageBody(text);

    /// <inheritdoc/>
    public void Probe(ProbeContext context) => reader.Probe(context);

    /// <inheritdoc/>
    public IMessageDeserializer CreateDeserializer() => this;

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: nothing is sent like this.</exception>
    public IMessageSerializer CreateSerializer() => throw new NotSupportedException("Commands are only read.");
}

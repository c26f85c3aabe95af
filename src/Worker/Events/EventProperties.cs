using System.Buffers.Binary;
using System.Text;
using RabbitMQ.Client;

namespace WazoPlugind.Worker.Events;

/// <summary>
/// The properties of an event's message, as the recorded messages have them: with an explicit priority of 0, which
/// <see cref="BasicProperties"/> leaves out.
/// </summary>
/// <param name="wazoEvent">The event.</param>
internal sealed class EventProperties(WazoEvent wazoEvent) : IReadOnlyBasicProperties, IAmqpHeader
{
    // AMQP 0-9-1, 4.2.6.1 and the order of the basic class's properties: only the flag of the last one is missing.
    private const ushort PriorityFlag = 1 << 11;

    private readonly BasicProperties _others = new()
    {
        ContentType = "application/json",
        ContentEncoding = "utf-8",
        DeliveryMode = DeliveryModes.Persistent,
        Headers = new Dictionary<string, object?>
        {
            ["name"] = LongString(wazoEvent.Name),
            ["required_access"] = LongString(wazoEvent.RequiredAccess),
            ["required_acl"] = LongString(wazoEvent.RequiredAcl),
            ["origin_uuid"] = LongString(wazoEvent.OriginUuid),
            ["timestamp"] = LongString(wazoEvent.Timestamp),
        },
    };

    /// <inheritdoc/>
    public string? AppId => _others.AppId;

    /// <inheritdoc/>
    public string? ClusterId => _others.ClusterId;

    /// <inheritdoc/>
    public string? ContentEncoding => _others.ContentEncoding;

    /// <inheritdoc/>
    public string? ContentType => _others.ContentType;

    /// <inheritdoc/>
    public string? CorrelationId => _others.CorrelationId;

    /// <inheritdoc/>
    public string? Expiration => _others.Expiration;

    /// <inheritdoc/>
    public string? MessageId => _others.MessageId;

    /// <inheritdoc/>
    public string? ReplyTo => _others.ReplyTo;

    /// <inheritdoc/>
    public string? Type => _others.Type;

    /// <inheritdoc/>
    public string? UserId => _others.UserId;

    /// <inheritdoc/>
    public DeliveryModes DeliveryMode => _others.DeliveryMode;

    /// <inheritdoc/>
    public IDictionary<string, object?>? Headers => _others.Headers;

    /// <inheritdoc/>
    public bool Persistent => _others.Persistent;

    /// <inheritdoc/>
    public byte Priority => 0;

    /// <inheritdoc/>
    public PublicationAddress? ReplyToAddress => _others.ReplyToAddress;

    /// <inheritdoc/>
    public AmqpTimestamp Timestamp => _others.Timestamp;

    /// <inheritdoc/>
    ushort IAmqpHeader.ProtocolClassId => ((IAmqpHeader)_others).ProtocolClassId;

    /// <inheritdoc/>
    public bool IsAppIdPresent() => _others.IsAppIdPresent();

    /// <inheritdoc/>
    public bool IsClusterIdPresent() => _others.IsClusterIdPresent();

    /// <inheritdoc/>
    public bool IsContentEncodingPresent() => _others.IsContentEncodingPresent();

    /// <inheritdoc/>
    public bool IsContentTypePresent() => _others.IsContentTypePresent();

    /// <inheritdoc/>
    public bool IsCorrelationIdPresent() => _others.IsCorrelationIdPresent();

    /// <inheritdoc/>
    public bool IsExpirationPresent() => _others.IsExpirationPresent();

    /// <inheritdoc/>
    public bool IsMessageIdPresent() => _others.IsMessageIdPresent();

    /// <inheritdoc/>
    public bool IsReplyToPresent() => _others.IsReplyToPresent();

    /// <inheritdoc/>
    public bool IsTypePresent() => _others.IsTypePresent();

    /// <inheritdoc/>
    public bool IsUserIdPresent() => _others.IsUserIdPresent();

    /// <inheritdoc/>
    public bool IsDeliveryModePresent() => _others.IsDeliveryModePresent();

    /// <inheritdoc/>
    public bool IsHeadersPresent() => _others.IsHeadersPresent();

    /// <inheritdoc/>
    public bool IsTimestampPresent() => _others.IsTimestampPresent();

    /// <inheritdoc/>
    public bool IsPriorityPresent() => true;

    /// <inheritdoc/>
    int IAmqpWriteable.GetRequiredBufferSize() => ((IAmqpWriteable)_others).GetRequiredBufferSize() + 1;

    /// <inheritdoc/>
    int IAmqpWriteable.WriteTo(Span<byte> span)
    {
        var length = ((IAmqpWriteable)_others).WriteTo(span);
        BinaryPrimitives.WriteUInt16BigEndian(span, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(span) | PriorityFlag));
        span[length] = 0;
        return length + 1;
    }

    private static byte[]? LongString(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);
}

using System.Text.Json;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Outbox;
using WazoPlugind.Operations.Records;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Worker.Events;

/// <summary>The end of an operation as it is stored until services of .NET are told.</summary>
internal static class EndMessage
{
    /// <summary>Whether there is a broker to tell them by, and they are to be told.</summary>
    /// <param name="configuration">Says so.</param>
    public static bool IsWanted(PlugindConfiguration configuration) =>
        configuration.Bus is { PublishEnded: true, Transport: not BusConfiguration.InMemory };

    /// <summary>Makes the message that is stored.</summary>
    /// <param name="ended">The end.</param>
    public static OutboxMessage Of(PluginOperationEnded ended) => new()
    {
        Operation = ended.Uuid,
        // An operation ends once.
        Id = DerivedUuid.Of(ended.Uuid, nameof(PluginOperationEnded)),
        Destination = OutboxMessage.Ended,
        Type = nameof(PluginOperationEnded),
        Body = JsonSerializer.Serialize(ended),
        Requester = "",
    };

    /// <summary>Reads what was stored.</summary>
    /// <param name="message">The message.</param>
    /// <exception cref="JsonException">It cannot be read.</exception>
    public static PluginOperationEnded Read(OutboxMessage message) =>
        JsonSerializer.Deserialize<PluginOperationEnded>(message.Body) ?? throw new JsonException("an end is an object");
}

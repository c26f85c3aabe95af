using System.Globalization;
using System.Text.Json.Nodes;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Outbox;
using WazoPlugind.Operations.Records;

namespace WazoPlugind.Worker.Events;

/// <summary>An event of an operation on the platform's exchange; the recorded messages are its reference.</summary>
/// <param name="Name">The event's name.</param>
/// <param name="RoutingKey">The routing key.</param>
/// <param name="OriginUuid">The platform's UUID.</param>
/// <param name="Timestamp">Local time, ISO 8601, without offset.</param>
/// <param name="Data">The <c>data</c> of the body.</param>
internal sealed record WazoEvent(string Name, string RoutingKey, string? OriginUuid, string Timestamp, JsonObject Data)
{
    /// <summary>The access that a subscriber needs.</summary>
    public string RequiredAccess => $"event.{Name}";

    /// <summary>The access that a subscriber needs, as it was called before.</summary>
    public string RequiredAcl => $"events.{RoutingKey}";

    /// <summary>Makes the event of one status of an operation.</summary>
    /// <param name="action">What the operation does: one of <see cref="OperationAction"/>.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="status">A step, <c>completed</c> or <c>error</c>.</param>
    /// <param name="error">Why, for <c>error</c>.</param>
    /// <param name="originUuid">The platform's UUID.</param>
    /// <param name="time">The clock.</param>
    public static WazoEvent Create(
        string action, Guid operation, string status, OperationError? error, string? originUuid, TimeProvider time)
    {
        // An update is an installation.
        var (name, key) = action == OperationAction.Uninstall
            ? (ProgressEvents.Uninstall, OperationAction.Uninstall)
            : (ProgressEvents.Install, OperationAction.Install);
        var data = new JsonObject { ["uuid"] = operation.ToString(), ["status"] = status };
        if (error is not null)
        {
            data["errors"] = new JsonObject
            {
                ["error_id"] = error.ErrorId,
                ["message"] = error.Message,
                ["resource"] = "plugins",
                ["details"] = JsonObject.Create(error.Details),
            };
            data["failure"] = JsonObject.Create(error.Failure);
        }

        var timestamp = time.GetLocalNow().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
        return new WazoEvent(name, $"plugin.{key}.{operation}.{status}", originUuid, timestamp, data);
    }

    /// <summary>Reads an event that was stored.</summary>
    /// <param name="routingKey">Its routing key.</param>
    /// <param name="body">Its body.</param>
    public static WazoEvent Parse(string routingKey, string body)
    {
        var json = JsonNode.Parse(body)!.AsObject();
        var data = json["data"]!.AsObject();
        json.Remove("data");
        return new WazoEvent((string)json["name"]!, routingKey, (string?)json["origin_uuid"], (string)json["timestamp"]!, data);
    }

    /// <summary>The event as it is stored until the broker has it.</summary>
    /// <param name="requester">Whose operation it is of.</param>
    public OutboxMessage ToMessage(string requester)
    {
        var (operation, status) = (Guid.Parse((string)Data["uuid"]!), (string)Data["status"]!);
        return new OutboxMessage
        {
            Operation = operation,
            // The same even where it is stored twice: what a step begins is not worth a wait for the disk.
            Id = DerivedUuid.Of(operation, status),
            Destination = OutboxMessage.Events,
            Type = RoutingKey,
            Body = ToJson().ToJsonString(),
            Requester = requester,
        };
    }

    /// <summary>The body: the attributes of the headers, and the data.</summary>
    public JsonObject ToJson() => new()
    {
        ["name"] = Name,
        ["required_access"] = RequiredAccess,
        ["required_acl"] = RequiredAcl,
        ["origin_uuid"] = OriginUuid,
        ["timestamp"] = Timestamp,
        ["data"] = Data.DeepClone(),
    };
}

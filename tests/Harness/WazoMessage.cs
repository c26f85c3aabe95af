using System.Text.Json.Nodes;

namespace WazoPlugind.Harness;

/// <summary>A message as a subscriber of the platform's exchange gets it.</summary>
/// <param name="Exchange">The exchange.</param>
/// <param name="RoutingKey">The routing key.</param>
/// <param name="Properties">The properties, in the form of the recordings.</param>
/// <param name="Body">The body.</param>
public sealed record WazoMessage(string Exchange, string RoutingKey, JsonObject Properties, JsonObject Body)
{
    /// <summary>When it came.</summary>
    public DateTimeOffset ReceivedAt { get; } = TimeProvider.System.GetLocalNow();

    /// <summary>The message's own id: one that comes twice has the same.</summary>
    public string? Id { get; init; }

    public string Uuid => Body["data"]!["uuid"]!.GetValue<string>();

    public string Status => Body["data"]!["status"]!.GetValue<string>();

    public JsonObject Errors => Body["data"]!["errors"]!.AsObject();

    public JsonObject Details => Errors["details"]!.AsObject();

    /// <summary>What the recorded service did not tell.</summary>
    public JsonObject Failure => Body["data"]!["failure"]!.AsObject();

    public string Reason => Failure["reason"]!.GetValue<string>();

    public bool IsLast => Status is "completed" or "error";
}

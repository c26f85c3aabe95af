using System.Text.Json.Nodes;

namespace WazoPlugind.Operations;

/// <summary>What an operation waits for, as clients see it.</summary>
internal static class OperationWaiting
{
    /// <summary>Says what an operation waits for: the first of these that there is.</summary>
    /// <param name="holders">The operations that have the turn on its plugin.</param>
    /// <param name="parts">The parts of it that have not ended.</param>
    /// <param name="work">The message that asks a worker for work.</param>
    /// <param name="undelivered">What the broker does not take.</param>
    /// <param name="attempts">What was tried of its work.</param>
    /// <returns><c>null</c> where it waits for nothing: someone is at work.</returns>
    public static JsonObject? Of(JsonNode? holders, JsonNode? parts, JsonNode? work, JsonNode? undelivered, JsonNode? attempts)
    {
        if (holders is JsonArray { Count: > 0 })
            return For("turn", operations: holders);
        if (parts is JsonArray { Count: > 0 })
            return For("parts", operations: parts);
        if (undelivered is not null)
            return For("broker", reason: undelivered["reason"]);
        if (work is null)
            return null;
        var attempt = (attempts as JsonArray)?.OfType<JsonObject>().FirstOrDefault(attempt => Text(attempt, "message") == Text(work, "id"));
        if (work["sent_at"] is not null)
            return Text(attempt, "began_at") is null ? For("worker") : null;
        return work["until"] is { } until ? For("next_try", until: until, reason: attempt?["reason"]) : For("worker");
    }

    private static string? Text(JsonNode? of, string key) => of?[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static JsonObject For(string what, JsonNode? operations = null, JsonNode? until = null, JsonNode? reason = null) => new()
    {
        ["for"] = what,
        ["operations"] = operations?.DeepClone() ?? new JsonArray(),
        ["until"] = until?.DeepClone(),
        ["reason"] = reason?.DeepClone(),
    };
}

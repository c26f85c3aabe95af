using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

/// <summary>Reads what the replaced service was recorded to publish.</summary>
public static class Recording
{
    /// <summary>The whole messages recorded under a title.</summary>
    public static IReadOnlyList<JsonObject> WholeMessages(string file, string title)
    {
        var section = Section(file, $"events of: {title} (whole messages)");
        List<JsonObject> messages = [];
        foreach (var text in section.Split("\n{\n").Select(part => part.Trim()).Where(part => part.Length > 0))
        {
            var message = JsonNode.Parse(text.StartsWith('{') ? text : "{" + text)!.AsObject();
            message["body"] = JsonNode.Parse(message["body"]!.GetValue<string>());
            messages.Add(message);
        }

        return messages;
    }

    /// <summary>The bodies recorded under a title.</summary>
    public static IReadOnlyList<JsonObject> Bodies(string file, string title) =>
        [.. Section(file, $"events of: {title}").Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonNode.Parse(line)!.AsObject())];

    /// <summary>A message in the form of the recordings, with what differs between any two runs replaced.</summary>
    public static JsonObject Normalized(JsonObject recorded)
    {
        var uuid = recorded["body"]!["data"]!["uuid"]!.GetValue<string>();
        var timestamp = recorded["body"]!["timestamp"]!.GetValue<string>();
        return JsonNode.Parse(recorded.ToJsonString().Replace(uuid, "UUID").Replace(timestamp, "TIMESTAMP"))!.AsObject();
    }

    public static JsonObject Normalized(WazoMessage message) => Normalized(new JsonObject
    {
        ["exchange"] = message.Exchange,
        ["routing_key"] = message.RoutingKey,
        ["properties"] = message.Properties.DeepClone(),
        ["body"] = message.Body.DeepClone(),
    });

    /// <summary>Clients compare the whole: nothing is missing, and nothing is there besides.</summary>
    public static void AssertSame(JsonNode recorded, JsonNode actual) => Assert.True(
        JsonNode.DeepEquals(recorded, actual), $"recorded {recorded.ToJsonString()}, got {actual.ToJsonString()}");

    private static string Section(string file, string title)
    {
        var text = File.ReadAllText(Path.Join(AppContext.BaseDirectory, "wire", file));
        var start = text.IndexOf($"===== {title}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"{file} has no section '{title}'");
        start += title.Length + 7;
        var end = text.IndexOf("\n=====", start, StringComparison.Ordinal);
        return end < 0 ? text[start..] : text[start..end];
    }
}

using System.Text.Json.Nodes;

namespace WazoPlugind.Api.Tests;

/// <summary>A request that was made to the replaced service, and what it answered.</summary>
public sealed record Recording(string Title, string Request, int Status, string Head, string Body)
{
    /// <summary>Every recording of a file that has a request.</summary>
    public static IReadOnlyList<Recording> Read(string file)
    {
        var text = File.ReadAllText(Path.Join(AppContext.BaseDirectory, "wire", file));
        List<Recording> recordings = [];
        foreach (var section in ("\n" + text).Split("\n===== ").Skip(1))
        {
            var request = section.Split("\n----- request\n");
            if (request.Length < 2)
                continue;
            var answer = request[1].Split("\n----- answer\n");
            var parts = answer[1].Split("\n\n", 2);
            recordings.Add(new Recording(
                request[0], answer[0] + "\n", int.Parse(parts[0].Split(' ')[1]), parts[0], parts.Length > 1 ? parts[1].Trim() : ""));
        }

        return recordings;
    }

    /// <summary>The recorded request as it goes over the wire; its body ends at its length.</summary>
    public string ToWire()
    {
        var parts = Request.Split("\n\n", 2);
        var length = parts[0].Split('\n').FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal));
        var body = length is null ? "" : parts[1].TrimStart('\n')[..Math.Min(int.Parse(length[16..]), parts[1].TrimStart('\n').Length)];
        return parts[0].TrimEnd('\n').Replace("\n", "\r\n") + "\r\n\r\n" + body;
    }

    /// <summary>The headers of an answer that pages of other origins and curious clients go by.</summary>
    public static string Shared(string head) => string.Join(
        "; ",
        head.ReplaceLineEndings("\n").Split('\n').Skip(1).Select(line => line.Split(": ", 2))
            .Where(header => header[0] is "Allow" or "Vary" || header[0].StartsWith("Access-Control-", StringComparison.Ordinal))
            .Select(header => $"{header[0]}: {string.Join(", ", header[1].Split(", ").Order(StringComparer.Ordinal))}")
            .Order(StringComparer.Ordinal));

    /// <summary>A JSON body without what differs between any two answers, in one order.</summary>
    public static string Normalized(string body)
    {
        if (body.Length == 0)
            return "";
        var node = JsonNode.Parse(body);
        if (node is JsonObject properties)
            properties.Remove("timestamp");
        return Sorted(node);
    }

    private static string Sorted(JsonNode? node) => node switch
    {
        JsonObject properties => "{" + string.Join(
            ", ", properties.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"\"{pair.Key}\": {Sorted(pair.Value)}")) + "}",
        JsonArray items => "[" + string.Join(", ", items.Select(Sorted)) + "]",
        null => "null",
        _ => node.ToJsonString(),
    };
}

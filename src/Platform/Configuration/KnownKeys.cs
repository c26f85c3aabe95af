using System.Text.Json.Nodes;

namespace WazoPlugind.Platform.Configuration;

/// <summary>The keys that mean something, to say what one that means nothing may have been meant for.</summary>
/// <param name="schema">The configuration with all its keys.</param>
internal sealed class KnownKeys(JsonObject schema)
{
    // Of the replaced service: this one has no templates, and says itself which file it has read.
    private static readonly string[] Former =
        ["template_dir", "control_template", "postinst_template", "postrm_template", "prerm_template", "config_file"];

    private readonly List<string> _paths = [.. Paths(schema, "")];

    /// <summary>What to say of a key that is not there, or <c>null</c> when it once meant something.</summary>
    /// <param name="path">The key, with those that it is in.</param>
    public string? Warning(string path)
    {
        if (Former.Contains(path))
            return null;
        // One slip in a short name, more in a long one; beyond, it is another word.
        var slips = Math.Max(1, (path.Length - path.LastIndexOf('.') - 1) / 3);
        var nearest = _paths.MinBy(known => Distance(path, known))!;
        return Distance(path, nearest) <= slips ? $"no such key; did you mean {nearest}?" : "no such key";
    }

    private static IEnumerable<string> Paths(JsonObject schema, string parent) => schema.SelectMany(pair =>
        pair.Value is JsonObject child ? Paths(child, $"{parent}{pair.Key}.").Prepend(parent + pair.Key) : [parent + pair.Key]);

    // Characters to insert, delete, replace or exchange with their neighbour (optimal string alignment).
    private static int Distance(string left, string right)
    {
        var costs = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                costs[i, j] = (i, j) switch
                {
                    (0, _) or (_, 0) => i + j,
                    _ => Math.Min(
                        Math.Min(costs[i - 1, j], costs[i, j - 1]) + 1,
                        costs[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)),
                };
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    costs[i, j] = Math.Min(costs[i, j], costs[i - 2, j - 2] + 1);
            }
        }

        return costs[left.Length, right.Length];
    }
}

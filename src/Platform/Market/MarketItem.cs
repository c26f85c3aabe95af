using System.Text.Json;
using AnyAscii;

namespace WazoPlugind.Platform.Market;

/// <summary>A plugin that the market has.</summary>
public sealed class MarketItem
{
    private MarketItem(string pluginNamespace, string name, JsonElement content)
    {
        (Namespace, Name, Content) = (pluginNamespace, name, content);
        Versions = [.. content.Items("versions").Select(version => new MarketVersion(
            version.TextOrNumber("version"), new PlatformLimits(version.TextOrNumber("min_wazo_version"), version.TextOrNumber("max_wazo_version")), version))];
        SearchText = string.Join('\n', content.EnumerateObject().SelectMany(field => Texts(field.Value)).Select(Fold));
    }

    /// <summary>The plugin's namespace.</summary>
    public string Namespace { get; }

    /// <summary>The plugin's name.</summary>
    public string Name { get; }

    /// <summary>What the market says of it: an object, whole.</summary>
    public JsonElement Content { get; }

    /// <summary>Its versions, in the market's order: the newest first.</summary>
    public IReadOnlyList<MarketVersion> Versions { get; }

    /// <summary>The texts of its fields and lists, folded with <see cref="Fold"/>, one a line.</summary>
    public string SearchText { get; }

    /// <summary>Takes an item of the market's answer.</summary>
    /// <param name="content">The item.</param>
    /// <returns><c>null</c> when it is not an object with a namespace and a name, or holds text that is not Unicode.</returns>
    public static MarketItem? Read(JsonElement content)
    {
        try
        {
            if (content.Text("namespace") is not { } pluginNamespace || content.Text("name") is not { } name)
                return null;
            // What cannot be written must not be found out by a request.
            using var nowhere = new Utf8JsonWriter(Stream.Null);
            content.WriteTo(nowhere);
            return new MarketItem(pluginNamespace, name, content);
        }
        // Half of a surrogate pair, escaped: JSON has no word against it.
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Makes a text comparable without regard to case and accents.</summary>
    /// <param name="text">The text.</param>
    public static string Fold(string text) => text.Transliterate().ToLowerInvariant();

    private static IEnumerable<string> Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Number => [value.GetRawText()],
        JsonValueKind.Array => value.EnumerateArray().Where(item => item.ValueKind != JsonValueKind.Array).SelectMany(Texts),
        _ => [],
    };
}

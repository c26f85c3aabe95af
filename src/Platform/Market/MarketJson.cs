using System.Text.Json;

namespace WazoPlugind.Platform.Market;

/// <summary>Reads JSON of which nothing is certain.</summary>
public static class MarketJson
{
    /// <summary>The objects in a list under a key; none where there is no such list.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element, string key) =>
        element.Value(key) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object)
            : [];

    /// <summary>The text under a key, else <c>null</c>.</summary>
    public static string? Text(this JsonElement element, string key) =>
        element.Value(key) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>The text under a key, or the number as it is written, as versions sometimes are; else <c>null</c>.</summary>
    public static string? TextOrNumber(this JsonElement element, string key) =>
        element.Value(key) is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : element.Text(key);

    private static JsonElement Value(this JsonElement element, string key) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(key, out var value) ? value : default;
}

using System.Text.Json;

namespace WazoPlugind.Platform.Market;

/// <summary>What the market has, as it was at one moment.</summary>
public sealed class MarketCatalog
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly Dictionary<(string Namespace, string Name), MarketItem> _byName = [];

    private MarketCatalog(IReadOnlyList<MarketItem> items)
    {
        Items = items;
        NeedsPlatformVersion = items.Any(item => item.Versions.Any(version => version.Limits.Exist));
        foreach (var item in items)
            _byName.TryAdd((item.Namespace, item.Name), item);
    }

    /// <summary>The plugins, in the market's order.</summary>
    public IReadOnlyList<MarketItem> Items { get; }

    /// <summary>Whether any version is limited to some platforms.</summary>
    public bool NeedsPlatformVersion { get; }

    /// <summary>Reads the market's answer. What is not a plugin in it is left out.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <exception cref="JsonException">It is not JSON, or not an object with a list <c>items</c>.</exception>
    public static MarketCatalog Parse(ReadOnlyMemory<byte> json)
    {
        var root = ParseStrictly(json);
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("items", out var items) || items.ValueKind != JsonValueKind.Array)
            throw new JsonException("no list of items");
        return new MarketCatalog([.. items.EnumerateArray().Select(MarketItem.Read).OfType<MarketItem>()]);
    }

    /// <summary>A plugin, or <c>null</c>.</summary>
    /// <param name="pluginNamespace">Its namespace.</param>
    /// <param name="name">Its name.</param>
    public MarketItem? Find(string pluginNamespace, string name) => _byName.GetValueOrDefault((pluginNamespace, name));

    private static JsonElement ParseStrictly(ReadOnlyMemory<byte> json)
    {
        try
        {
            // Not a JsonDocument, which leaves its pools as large as the largest market.
            return JsonElement.Parse(json.Span, Strict);
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("a name that is not Unicode", e);
        }
    }
}

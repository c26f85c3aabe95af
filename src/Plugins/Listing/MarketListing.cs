using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using WazoPlugind.Platform.Market;
using WazoPlugind.Plugins.Installed;

namespace WazoPlugind.Plugins.Listing;

/// <summary>The market's plugins as they look from this platform: with what is installed of them, ready to be searched and sent.</summary>
public sealed class MarketListing
{
    private static readonly string[] Fields =
    [
        "namespace", "name", "display_name", "description", "short_description", "author", "homepage", "icon", "color", "tags",
        "screenshots", "license",
    ];

    private static readonly JsonElement Null = JsonElement.Parse("null");

    private sealed record Entry(MarketItem Item, string? InstalledVersion, byte[] Json);

    private sealed record SearchResult(Entry[] Sorted, string Search, bool? Installed, Entry[] Found);

    private readonly string? _platformVersion;
    private readonly Entry[] _entries;
    private readonly ConcurrentDictionary<(string Field, bool Descending), Entry[]?> _sorted = new();
    private volatile SearchResult? _latest;
    private volatile MarketPage? _whole;

    /// <summary>Prepares a listing.</summary>
    /// <param name="catalog">What the market has.</param>
    /// <param name="installed">What is installed.</param>
    /// <param name="platformVersion">The platform's version; only needed where <see cref="MarketCatalog.NeedsPlatformVersion"/> says so.</param>
    public MarketListing(MarketCatalog catalog, IReadOnlyList<InstalledPlugin> installed, string? platformVersion)
    {
        (Catalog, Installed, _platformVersion) = (catalog, installed, platformVersion);
        var versions = installed.ToDictionary(plugin => (plugin.Namespace, plugin.Name), plugin => plugin.Version);
        _entries = [.. catalog.Items.Select(item =>
        {
            var version = versions.GetValueOrDefault((item.Namespace, item.Name));
            return new Entry(item, version, Write(item, version, whole: false));
        })];
    }

    /// <summary>What the market has.</summary>
    public MarketCatalog Catalog { get; }

    /// <summary>What is installed.</summary>
    public IReadOnlyList<InstalledPlugin> Installed { get; }

    /// <summary>Whether it is still what it would be if it was made now.</summary>
    /// <param name="catalog">What the market has now.</param>
    /// <param name="installed">What is installed now.</param>
    /// <param name="platformVersion">The platform's version now.</param>
    public bool IsOf(MarketCatalog catalog, IReadOnlyList<InstalledPlugin> installed, string? platformVersion) =>
        catalog == Catalog && platformVersion == _platformVersion
        && (ReferenceEquals(installed, Installed) || installed.SequenceEqual(Installed));

    /// <summary>A plugin with all that the market says of it, as UTF-8 JSON, or <c>null</c>.</summary>
    /// <param name="pluginNamespace">Its namespace.</param>
    /// <param name="name">Its name.</param>
    public byte[]? Find(string pluginNamespace, string name) => Catalog.Find(pluginNamespace, name) is { } item
        ? Write(item, Array.Find(_entries, entry => entry.Item == item)!.InstalledVersion, whole: true)
        : null;

    /// <summary>The newest version that an installed plugin could have instead, or <c>null</c>.</summary>
    /// <param name="plugin">The plugin.</param>
    public string? NewerThan(InstalledPlugin plugin) => Catalog.Find(plugin.Namespace, plugin.Name)?.Versions
        .FirstOrDefault(version => version.IsUpgradable(plugin.Version, _platformVersion))?.Version;

    /// <summary>A part of the plugins.</summary>
    /// <param name="query">Which, and in which order.</param>
    /// <returns><c>null</c> when the values of the field to sort by have no order, in the whole market.</returns>
    public MarketPage? Query(MarketQuery query)
    {
        // Sorting takes longer than all else: the orders of the documented fields are kept.
        var sorted = Fields.Contains(query.Order)
            ? _sorted.GetOrAdd((query.Order, query.Descending), order => Sort(order.Field, order.Descending))
            : Sort(query.Order, query.Descending);
        if (sorted is null)
            return null;
        var matching = Find(sorted, query);
        var from = (int)Math.Min(query.Offset, matching.Length);
        var count = (int)Math.Min(query.Limit == 0 ? int.MaxValue : query.Limit, matching.Length - from);
        return query.IsWhole
            ? _whole ??= Page(matching)
            : Page(new ArraySegment<Entry>(matching, from, count));

        MarketPage Page(IEnumerable<Entry> entries) =>
            new([.. entries.Select(entry => (ReadOnlyMemory<byte>)entry.Json)], _entries.Length, matching.Length, query.IsWhole);
    }

    // Whoever turns the pages of a search asks for it again and again.
    private Entry[] Find(Entry[] sorted, MarketQuery query)
    {
        var latest = _latest;
        if (latest is null || latest.Sorted != sorted || latest.Search != query.Search || latest.Installed != query.Installed || query.Fields.Count > 0)
        {
            var search = MarketItem.Fold(query.Search);
            latest = new SearchResult(sorted, query.Search, query.Installed, [.. sorted.Where(entry => Matches(entry, query, search))]);
            if (query.Fields.Count == 0)
                _latest = latest;
        }

        return latest.Found;
    }

    // Equals stay in the market's order.
    private Entry[]? Sort(string field, bool descending)
    {
        var order = new FieldOrder();
        Entry[] sorted = descending
            ? [.. _entries.OrderByDescending(entry => Value(entry, field), order)]
            : [.. _entries.OrderBy(entry => Value(entry, field), order)];
        return order.Failed ? null : sorted;
    }

    private static bool Matches(Entry entry, MarketQuery query, string search) =>
        (query.Installed is not { } installed || installed == entry.InstalledVersion is not null)
        && (search.Length == 0
            || entry.Item.SearchText.Contains(search, StringComparison.Ordinal)
            || entry.InstalledVersion?.Contains(search, StringComparison.Ordinal) == true)
        && query.Fields.All(field => field.Key == "installed_version"
            ? entry.InstalledVersion == field.Value
            : entry.Item.Content.TextOrNumber(field.Key) == field.Value);

    private static JsonElement Value(Entry entry, string field)
    {
        if (field == "installed_version")
            return entry.InstalledVersion is { } version ? JsonElement.Parse(JsonValue.Create(version).ToJsonString()) : Null;
        return entry.Item.Content.TryGetProperty(field, out var value) ? value : default;
    }

    // A list has the documented fields, and of versions what a client chooses by.
    private byte[] Write(MarketItem item, string? installedVersion, bool whole)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var field in item.Content.EnumerateObject())
            {
                if (whole ? field.Name is not ("versions" or "installed_version") : Fields.Contains(field.Name))
                    field.WriteTo(json);
            }

            json.WriteStartArray("versions");
            foreach (var version in item.Versions)
            {
                json.WriteStartObject();
                foreach (var field in version.Content.EnumerateObject())
                {
                    if (whole ? field.Name != "upgradable" : field.Name == "version")
                        field.WriteTo(json);
                }

                json.WriteBoolean("upgradable", version.IsUpgradable(installedVersion, _platformVersion));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("installed_version", installedVersion);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}

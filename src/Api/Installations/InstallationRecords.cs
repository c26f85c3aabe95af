using System.Globalization;
using System.Text.Json.Nodes;
using WazoPlugind.Debian.Database;
using WazoPlugind.Messages;
using WazoPlugind.Operations;
using WazoPlugind.Platform;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Listing;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Api.Installations;

/// <summary>Tells how plugins were installed, by what is on the machine, the operations that are kept, and the market.</summary>
/// <param name="configuration">Says where plugins are.</param>
/// <param name="dpkg">Knows their packages.</param>
/// <param name="sizes">Knows how large these are.</param>
/// <param name="broken">Knows which of them are broken.</param>
/// <param name="history">Knows who asked for them.</param>
/// <param name="market">Knows what is newer.</param>
/// <param name="time">The clock of the market's patience.</param>
internal sealed class InstallationRecords(
    PlugindConfiguration configuration,
    DpkgStatus dpkg,
    PackageSizes sizes,
    BrokenPlugins broken,
    OperationQueries history,
    MarketListings market,
    TimeProvider time)
{
    // What is newer is the least of what is told here, and the market may be away.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>How plugins were installed, in their order.</summary>
    /// <param name="plugins">The plugins.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public async Task<IReadOnlyList<JsonObject>> OfAsync(IReadOnlyList<InstalledPlugin> plugins, CancellationToken cancellationToken)
    {
        var known = plugins.Select(plugin => (Plugin: plugin, Origin: Provenance.Find(configuration, plugin.Namespace, plugin.Name))).ToList();
        var requesters = history.Requesters([.. known.Select(entry => entry.Origin?.Operation).OfType<Guid>()]);
        var listing = await FindListingAsync(cancellationToken);
        return [.. known.Select(entry => Shown(entry.Plugin, entry.Origin, requesters, listing))];
    }

    private JsonObject Shown(
        InstalledPlugin plugin, Provenance? origin, IReadOnlyDictionary<Guid, JsonObject?> requesters, MarketListing? listing) => new()
        {
            ["namespace"] = plugin.Namespace,
            ["name"] = plugin.Name,
            ["version"] = plugin.Version,
            ["package"] = plugin.Package,
            ["size"] = dpkg.FindInstalled(plugin.Package) is { } package ? sizes.Of(package) : null,
            ["installed_at"] = dpkg.UnpackedAt(plugin.Package) is { } unpackedAt ? Text(unpackedAt) : null,
            ["origin"] = Shown(origin),
            ["operation"] = origin?.Operation.ToString(),
            ["requester"] = origin is null ? null : requesters.GetValueOrDefault(origin.Operation)?.DeepClone(),
            ["newer_version"] = listing?.NewerThan(plugin),
            ["broken"] = broken.Find(plugin.Package) is { } mark ? Shown(mark) : null,
        };

    private static JsonObject Shown(Provenance? origin)
    {
        if (origin is null)
            return new JsonObject { ["known"] = false };
        var method = PluginSources.Find(origin.Source.Method)!;
        var shown = new JsonObject
        {
            ["known"] = true,
            ["method"] = origin.Method,
            ["source"] = method.Name,
            ["options"] = method.Store(origin.Source.Options),
            ["revision"] = origin.Revision,
            ["built_at"] = Text(origin.BuiltAt.UtcDateTime),
        };
        // As clients of an operation know it.
        if (method.Name == InstallMethods.Git)
            shown["commit"] = origin.Revision;
        return shown;
    }

    private static JsonObject Shown(BrokenPlugin broken) => new()
    {
        ["version"] = broken.Version,
        ["since"] = Text(broken.Time.UtcDateTime),
        ["reason"] = broken.Reason,
        ["output"] = new JsonArray([.. broken.Output.Select(line => JsonValue.Create(line))]),
    };

    private static string Text(DateTime at) => at.ToString("O", CultureInfo.InvariantCulture);

    // What fails is told where the market is asked for.
    private async Task<MarketListing?> FindListingAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(LongestWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await market.GetAsync(either.Token);
        }
        catch (Exception e) when (e is PlatformUnavailableException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}

using WazoPlugind.Platform;
using WazoPlugind.Platform.Confd;
using WazoPlugind.Platform.Market;
using WazoPlugind.Plugins.Installed;

namespace WazoPlugind.Plugins.Listing;

/// <summary>Keeps the listing of the market ready: it is made again when the market, what is installed, or the platform has changed.</summary>
/// <param name="market">Knows what the market has.</param>
/// <param name="installed">Knows what is installed.</param>
/// <param name="platform">Knows the platform's version.</param>
public sealed class MarketListings(MarketClient market, InstalledPlugins installed, PlatformVersion platform)
{
    private volatile MarketListing? _listing;

    /// <summary>The market's plugins as they look from this platform now.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="PlatformUnavailableException">The market, or confd when a version is limited, does not answer as it should.</exception>
    /// <exception cref="IOException">dpkg's status file cannot be read.</exception>
    public async Task<MarketListing> GetAsync(CancellationToken cancellationToken)
    {
        var catalog = await market.GetAsync(cancellationToken);
        var plugins = installed.List();
        var version = catalog.NeedsPlatformVersion ? await platform.GetAsync(cancellationToken) : null;
        var listing = _listing;
        if (listing?.IsOf(catalog, plugins, version) != true)
        {
            _listing = listing = new MarketListing(catalog, plugins, version);
            // Seldom, and what a large market leaves behind is more than all else that is here.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }

        return listing;
    }
}

using System.Text.Json;
using WazoPlugind.Debian.Versions;

namespace WazoPlugind.Platform.Market;

/// <summary>A version of a plugin that the market has.</summary>
/// <param name="Version">The version as text, <c>null</c> when the market does not say it.</param>
/// <param name="Limits">The platforms that it is for.</param>
/// <param name="Content">What the market says of it.</param>
public sealed record MarketVersion(string? Version, PlatformLimits Limits, JsonElement Content)
{
    /// <summary>Whether it can be installed in place of what is: the platform can take it, and it is newer.</summary>
    /// <param name="installedVersion">The version that is installed, or <c>null</c>.</param>
    /// <param name="platformVersion">The platform's version; may be <c>null</c> where there are no limits.</param>
    public bool IsUpgradable(string? installedVersion, string? platformVersion) =>
        Limits.Allow(platformVersion)
        && (installedVersion is null || (Version is not null && DebianVersion.Compare(Version, installedVersion) > 0));
}

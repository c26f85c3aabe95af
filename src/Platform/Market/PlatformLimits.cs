using WazoPlugind.Debian.Versions;

namespace WazoPlugind.Platform.Market;

/// <summary>The versions of the platform that a plugin, or one version of it, is for.</summary>
/// <param name="Min">The oldest, or <c>null</c>.</param>
/// <param name="Max">The newest, or <c>null</c>.</param>
public sealed record PlatformLimits(string? Min, string? Max)
{
    /// <summary>Whether there are any, so that the platform's version has to be known.</summary>
    public bool Exist => Min is not null || Max is not null;

    /// <summary>Whether a platform is older than the oldest.</summary>
    /// <param name="platformVersion">The platform's version.</param>
    public bool AreAbove(string platformVersion) => Min is not null && DebianVersion.Compare(platformVersion, Min) < 0;

    /// <summary>Whether a platform is newer than the newest.</summary>
    /// <param name="platformVersion">The platform's version.</param>
    public bool AreBelow(string platformVersion) => Max is not null && DebianVersion.Compare(platformVersion, Max) > 0;

    /// <summary>Whether a platform is within them.</summary>
    /// <param name="platformVersion">The platform's version; may be <c>null</c> where there are no limits.</param>
    public bool Allow(string? platformVersion) =>
        !Exist || (platformVersion is not null && !AreAbove(platformVersion) && !AreBelow(platformVersion));

    /// <summary>The limits in words.</summary>
    public override string ToString() => (Min, Max) switch
    {
        (not null, not null) => $"from {Min} to {Max}",
        (not null, null) => $"from {Min} on",
        (null, not null) => $"up to {Max}",
        _ => "all",
    };
}

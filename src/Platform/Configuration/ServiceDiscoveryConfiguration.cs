using WazoPlugind.Platform.Configuration.Rules;

namespace WazoPlugind.Platform.Configuration;

/// <summary>How the service announces itself in Consul (key <c>service_discovery</c>).</summary>
public sealed record ServiceDiscoveryConfiguration
{
    /// <summary>Whether it does.</summary>
    public bool Enabled { get; init; }

    /// <summary>The address to announce; <c>auto</c> for that of the interface.</summary>
    public string AdvertiseAddress { get; init; } = "auto";

    /// <summary>The interface.</summary>
    public string AdvertiseAddressInterface { get; init; } = "eth0";

    /// <summary>The port to announce.</summary>
    [Port]
    public int AdvertisePort { get; init; } = 9503;

    /// <summary>Seconds until an entry that is not refreshed is critical.</summary>
    [Seconds]
    public int TtlInterval { get; init; } = 30;

    /// <summary>Seconds between refreshes.</summary>
    [Seconds]
    public int RefreshInterval { get; init; } = 27;

    /// <summary>Seconds between tries.</summary>
    [Seconds]
    public int RetryInterval { get; init; } = 2;

    /// <summary>More tags of the entry.</summary>
    public IReadOnlyList<string> ExtraTags { get; init; } = [];
}

using WazoPlugind.Platform.Configuration.Rules;

namespace WazoPlugind.Platform.Configuration;

/// <summary>Where the market is (key <c>market</c>).</summary>
public sealed record MarketConfiguration
{
    /// <summary>The host.</summary>
    [Host]
    public string Host { get; init; } = "apps.wazo.community";

    /// <summary>The port; <c>null</c> for the scheme's own.</summary>
    [Port]
    public int? Port { get; init; }

    /// <summary>The version of its API, the first part of its paths.</summary>
    [Line]
    public string Version { get; init; } = "v1";

    /// <summary>Whether it is asked over TLS.</summary>
    public bool Https { get; init; }

    /// <summary>Seconds for which a copy of what it has is served without asking it again.</summary>
    [Seconds(minimum: 0)]
    public int Freshness { get; init; } = 60;
}

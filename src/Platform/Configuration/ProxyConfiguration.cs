using WazoPlugind.Platform.Configuration.Rules;
using WazoPlugind.Platform.Proxies;

namespace WazoPlugind.Platform.Configuration;

/// <summary>
/// By which proxies sources, builds, apt and the market go (key <c>proxy</c>): what the files do not say, the environment does. The
/// platform's own services are asked without one.
/// </summary>
public sealed record ProxyConfiguration
{
    /// <summary>The proxy for what is asked by http; environment variable <c>http_proxy</c>.</summary>
    [ProxyAddress]
    public string? Http { get; init => field = Whole(value); }

    /// <summary>The proxy for what is asked by https; environment variable <c>https_proxy</c>.</summary>
    [ProxyAddress]
    public string? Https { get; init => field = Whole(value); }

    /// <summary>The proxy where none is said for the scheme; environment variable <c>all_proxy</c>.</summary>
    [ProxyAddress]
    public string? All { get; init => field = Whole(value); }

    /// <summary>The hosts that are asked without a proxy; environment variable <c>no_proxy</c>.</summary>
    [Line]
    public string? NoProxy { get; init; }

    /// <summary>Omits the values: they may hold a password.</summary>
    public override string ToString() => nameof(ProxyConfiguration);

    // What lacks its scheme would not be known for a url that holds credentials.
    private static string? Whole(string? text) => text is not null && ProxyAddress.Parse(text) is { } address ? address.Url : text;
}

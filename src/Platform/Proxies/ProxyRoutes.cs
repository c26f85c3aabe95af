using System.Net;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Platform.Proxies;

/// <summary>Says which proxy leads to another machine, to programs and to what this process asks itself.</summary>
/// <param name="configuration">Says which proxies there are.</param>
public sealed class ProxyRoutes(ProxyConfiguration configuration) : IWebProxy, ICredentials
{
    private readonly ProxyAddress? _http = ProxyAddress.Parse(configuration.Http ?? configuration.All ?? "");
    private readonly ProxyAddress? _https = ProxyAddress.Parse(configuration.Https ?? configuration.All ?? "");
    private readonly ProxyAddress? _all = ProxyAddress.Parse(configuration.All ?? "");

    private readonly string[] _exceptions =
        [.. (configuration.NoProxy ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    /// <summary>The environment of programs that find the way themselves, with credentials; apt knows no variable for all schemes.</summary>
    public IReadOnlyDictionary<string, string> Variables
    {
        get
        {
            (string Name, string? Value)[] variables =
                [("http_proxy", _http?.Url), ("https_proxy", _https?.Url), ("all_proxy", _all?.Url), ("no_proxy", configuration.NoProxy)];
            return variables.Concat(variables.Select(variable => (Name: variable.Name.ToUpperInvariant(), variable.Value)))
                .Where(variable => variable.Value is not null)
                .ToDictionary(variable => variable.Name, variable => variable.Value!);
        }
    }

    /// <summary>The ways in which a program may repeat the credentials of any of them.</summary>
    public IReadOnlyList<string> Secrets => [.. Proxies.SelectMany(proxy => proxy.Secrets).Distinct().OrderByDescending(secret => secret.Length)];

    /// <inheritdoc/>
    ICredentials? IWebProxy.Credentials
    {
        get => this;
        set => throw new NotSupportedException();
    }

    private IEnumerable<ProxyAddress> Proxies => ((ProxyAddress?[])[_http, _https, _all]).OfType<ProxyAddress>();

    /// <summary>The proxy on the way to a host, or <c>null</c>.</summary>
    /// <param name="scheme">How it is asked; only <c>http</c> and <c>https</c> go by a proxy.</param>
    /// <param name="host">The host, as it stands in a url, with its port or without.</param>
    public ProxyAddress? Find(string scheme, string host)
    {
        var proxy = scheme switch
        {
            "http" => _http,
            "https" => _https,
            _ => null,
        };
        return proxy is null || IsException(host) ? null : proxy;
    }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination) => Find(destination.Scheme, destination.Authority)?.Address;

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => GetProxy(host) is null;

    /// <inheritdoc/>
    NetworkCredential? ICredentials.GetCredential(Uri uri, string authType) =>
        Proxies.FirstOrDefault(proxy => proxy.Address == uri) is { UserName: { } name } proxy ? new NetworkCredential(name, proxy.Password) : null;

    // As curl reads it (CURLOPT_NOPROXY(3)): a name covers those below it, an address or a network itself.
    private bool IsException(string host)
    {
        var name = (host.StartsWith('[') ? host[1..Math.Max(1, host.IndexOf(']'))] : host.Split(':')[0]).TrimEnd('.');
        return _exceptions.Contains("*") || Array.Exists(_exceptions, IPAddress.TryParse(name, out var address)
            ? exception => IPNetwork.TryParse(exception, out var network)
                ? network.Contains(address)
                : IPAddress.TryParse(exception.Trim('[', ']'), out var known) && known.Equals(address)
            : exception => $".{name}".EndsWith($".{exception.Trim('.')}", StringComparison.OrdinalIgnoreCase));
    }
}

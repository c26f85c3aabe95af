using System.Net;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Platform.Proxies;

/// <summary>The address of a proxy, taken apart so that its credentials can be kept apart.</summary>
/// <param name="Scheme"><c>http</c>, <c>https</c> or <c>socks5h</c>.</param>
/// <param name="Host">The host, as it stands in a url.</param>
/// <param name="Port">The port.</param>
/// <param name="UserName">The user name, or <c>null</c>.</param>
/// <param name="Password">The password.</param>
public sealed record ProxyAddress(string Scheme, string Host, int Port, string? UserName, string Password)
{
    private const int SocksPort = 1080;

    /// <summary>The address with its credentials, as programs take it from their environment.</summary>
    // With a password, be it empty: git would ask for one.
    public string Url => UserName is null
        ? ToString()
        : $"{Scheme}://{Uri.EscapeDataString(UserName)}:{Uri.EscapeDataString(Password)}@{Host}:{Port}";

    /// <summary>The ways in which a program may repeat the credentials.</summary>
    public IReadOnlyList<string> Secrets => UserName is null ? [] : SecretText.FormsOf(UserName, Password);

    /// <summary>What is said when it answers 407.</summary>
    public string Refusal => UserName is null
        ? $"the proxy {this} wants credentials: give them in the configuration (proxy.http, proxy.https or proxy.all), as http://USER:PASSWORD@host:port"
        : $"the proxy {this} refuses its credentials, which are in the configuration (proxy.http, proxy.https or proxy.all) or in the environment";

    /// <summary>What is said when it does not answer as a proxy.</summary>
    public string Absence => $"the proxy {this} could not be reached, or lets nothing through";

    /// <summary>The address without its credentials, as .NET knows it: its <c>socks5</c> leaves names to the proxy.</summary>
    internal Uri Address => new($"{(Scheme == "socks5h" ? "socks5" : Scheme)}://{Host}:{Port}");

    /// <summary>Reads an address, as programs take it from their environment.</summary>
    /// <param name="text">A url; without a scheme it is by <c>http</c>, and without a port by that of the scheme.</param>
    /// <returns>The address, or <c>null</c> when it is none.</returns>
    public static ProxyAddress? Parse(string text)
    {
        if (!Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("http" or "https" or "socks5" or "socks5h")
            || uri.HostNameType is not (UriHostNameType.Dns or UriHostNameType.IPv4 or UriHostNameType.IPv6)
            || uri.Port == 0 || uri.PathAndQuery is not ("" or "/") || uri.Fragment.Length > 0)
        {
            return null;
        }

        var credentials = uri.UserInfo.Length > 0 ? uri.UserInfo.Split(':', 2).Select(Uri.UnescapeDataString).ToList() : [];
        // Who is behind a proxy may not know the names that it knows; apt takes no other.
        var scheme = uri.Scheme == "socks5" ? "socks5h" : uri.Scheme;
        return new ProxyAddress(scheme, uri.Host, uri.Port < 0 ? SocksPort : uri.Port, credentials.FirstOrDefault(), credentials.ElementAtOrDefault(1) ?? "");
    }

    /// <summary>Names a host, and the proxy on the way to it.</summary>
    /// <param name="host">The host.</param>
    /// <param name="proxy">The proxy, or <c>null</c>.</param>
    public static string WayTo(string host, ProxyAddress? proxy) => proxy is null ? host : $"{host} (by the proxy {proxy})";

    /// <summary>What the proxy has to do with a request that failed, or <c>null</c>.</summary>
    /// <param name="failure">Why it failed.</param>
    public string? ProblemOf(HttpRequestException failure) => failure switch
    {
        { StatusCode: HttpStatusCode.ProxyAuthenticationRequired } => Refusal,
        { HttpRequestError: HttpRequestError.ProxyTunnelError, StatusCode: { } status } => $"the proxy {this} answers {(int)status}",
        { HttpRequestError: HttpRequestError.ProxyTunnelError or HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } => Absence,
        _ => null,
    };

    /// <summary>Omits the credentials.</summary>
    public override string ToString() => $"{Scheme}://{Host}:{Port}";
}

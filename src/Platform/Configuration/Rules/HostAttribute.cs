namespace WazoPlugind.Platform.Configuration.Rules;

/// <summary>A host, as it stands in a url: RFC 3986, 3.2.2, has brackets around an address of IPv6.</summary>
internal sealed class HostAttribute() : RuleAttribute("a host: a name, an IPv4 address, or an IPv6 address in brackets")
{
    /// <inheritdoc/>
    protected override bool Accepts(string text) => Uri.CheckHostName(text) switch
    {
        UriHostNameType.Unknown => false,
        UriHostNameType.IPv6 => text[0] == '[',
        _ => true,
    };
}

using WazoPlugind.Platform.Proxies;

namespace WazoPlugind.Platform.Configuration.Rules;

/// <summary>The address of a proxy, which may have credentials.</summary>
internal sealed class ProxyAddressAttribute()
    : RuleAttribute("the url of a proxy by http, https or socks5, without a path, and percent-encoded what user name and password hold of / ? # @ : %")
{
    /// <inheritdoc/>
    protected override bool Accepts(string text) => ProxyAddress.Parse(text) is not null;
}

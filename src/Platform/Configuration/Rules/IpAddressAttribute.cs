using System.Net;

namespace WazoPlugind.Platform.Configuration.Rules;

/// <summary>An address of this machine.</summary>
internal sealed class IpAddressAttribute() : RuleAttribute("an IP address")
{
    /// <inheritdoc/>
    protected override bool Accepts(string text) => IPAddress.TryParse(text, out _);
}

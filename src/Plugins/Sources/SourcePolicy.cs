using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Plugins.Sources;

/// <summary>Says which addresses may be asked, at first and after every redirect.</summary>
/// <param name="configuration">Says which sources are allowed.</param>
public sealed class SourcePolicy(PlugindConfiguration configuration)
{
    /// <summary>Why an address may not be asked, or <c>null</c>.</summary>
    /// <param name="url">The address.</param>
    public string? ProblemOf(SourceUrl url)
    {
        var sources = configuration.Sources;
        if (!sources.Schemes.Contains(url.Protocol, StringComparer.OrdinalIgnoreCase))
            return $"the configuration (sources.schemes) does not allow plugins by {url.Protocol}";
        return sources.Allow.Count == 0 || sources.Allow.Any(url.Matches) ? null : "the configuration (sources.allow) does not allow this address";
    }
}

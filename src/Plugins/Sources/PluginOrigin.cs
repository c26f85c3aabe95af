using WazoPlugind.Messages;

namespace WazoPlugind.Plugins.Sources;

/// <summary>Where a plugin comes from.</summary>
/// <param name="Method">The method: one of <see cref="InstallMethods"/>.</param>
/// <param name="Options">The method's options.</param>
public sealed record PluginOrigin(string Method, InstallOptions Options)
{
    /// <summary>The same without secrets.</summary>
    public PluginOrigin WithoutCredentials() => this with { Options = SourceMethod.WithoutCredentials(Options) };
}

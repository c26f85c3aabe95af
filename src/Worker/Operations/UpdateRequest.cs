using WazoPlugind.Messages;

namespace WazoPlugind.Worker.Operations;

/// <summary>What an update was asked for.</summary>
/// <param name="Plugin">The installed plugin, with the version of the market that is wanted, or <c>null</c> for the newest.</param>
/// <param name="Ref">The git reference that is wanted, or <c>null</c>.</param>
internal sealed record UpdateRequest(PluginReference Plugin, string? Ref)
{
    /// <summary>Whether only something newer than what is installed will do.</summary>
    public bool WantsNewer => Plugin.Version is null && Ref is null;
}

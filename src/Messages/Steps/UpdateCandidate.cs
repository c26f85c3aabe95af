namespace WazoPlugind.Messages;

/// <summary>An installed plugin that may have something newer.</summary>
/// <param name="Plugin">The plugin, in the version that is installed.</param>
/// <param name="Method">Where its update comes from: one of <see cref="InstallMethods"/>.</param>
/// <param name="Options">The options of that method.</param>
/// <param name="Commit">The full hash of the commit that is installed, or <c>null</c> when that is not known.</param>
public sealed record UpdateCandidate(PluginReference Plugin, string Method, InstallOptions Options, string? Commit);

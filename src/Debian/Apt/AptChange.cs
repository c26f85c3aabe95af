namespace WazoPlugind.Debian.Apt;

/// <summary>What apt-get would do to a package.</summary>
/// <param name="Package">Its name.</param>
/// <param name="Installed">The version that is installed, or <c>null</c>.</param>
/// <param name="Version">The version that there would be; <c>null</c> for one that is removed.</param>
public sealed record AptChange(string Package, string? Installed, string? Version);

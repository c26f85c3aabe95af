namespace WazoPlugind.Plugins.Registry;

/// <summary>What dpkg knows of a package that is on the machine, wholly or in part.</summary>
/// <param name="Name">The package's name.</param>
/// <param name="Status">The three words of its Status field.</param>
/// <param name="Version">Its version.</param>
/// <param name="Section">Its section, empty when it has none.</param>
/// <param name="Depends">Its Depends and Pre-Depends fields, joined by a comma.</param>
/// <param name="Provides">Its Provides field.</param>
public sealed record DpkgPackage(string Name, string Status, string Version, string Section, string Depends, string Provides)
{
    /// <summary>Whether it is unpacked and configured.</summary>
    public bool IsInstalled => Status.EndsWith(" installed", StringComparison.Ordinal)
        && !Status.EndsWith("not-installed", StringComparison.Ordinal);

    /// <summary>Whether dpkg holds nothing of it but conffiles, if that.</summary>
    public bool IsGone => Status.EndsWith(" not-installed", StringComparison.Ordinal) || Status.EndsWith(" config-files", StringComparison.Ordinal);
}

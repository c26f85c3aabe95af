namespace WazoPlugind.Debian.Database;

/// <summary>What dpkg knows of a package that is on the machine, wholly or in part.</summary>
/// <param name="Name">The package's name.</param>
/// <param name="Status">The three words of its Status field.</param>
/// <param name="Version">Its version.</param>
/// <param name="Section">Its section, empty when it has none.</param>
/// <param name="Depends">Its Depends and Pre-Depends fields, joined by a comma.</param>
/// <param name="Provides">Its Provides field.</param>
public sealed record DpkgPackage(string Name, string Status, string Version, string Section, string Depends, string Provides)
{
    /// <summary>Its architecture, empty when dpkg does not know it.</summary>
    public string Architecture { get; init; } = "";

    /// <summary>The version that was configured last, empty when none was, or when that is <see cref="Version"/>.</summary>
    public string ConfigVersion { get; init; } = "";

    /// <summary>Whether it is unpacked and configured.</summary>
    public bool IsInstalled => Status.EndsWith(" installed", StringComparison.Ordinal)
        && !Status.EndsWith("not-installed", StringComparison.Ordinal);

    /// <summary>Whether dpkg holds nothing of it but conffiles, if that.</summary>
    public bool IsGone => Status.EndsWith(" not-installed", StringComparison.Ordinal) || HasConffilesOnly;

    /// <summary>Whether it was removed and its conffiles are still there.</summary>
    public bool HasConffilesOnly => Status.EndsWith(" config-files", StringComparison.Ordinal);

    /// <summary>Whether its files are all there, and only configuring it is left to do.</summary>
    public bool IsUnpacked => Status.EndsWith(" unpacked", StringComparison.Ordinal) || IsHalfConfigured;

    /// <summary>Whether its postinst has begun and not succeeded: dpkg begins it once everything that the package needs is configured.</summary>
    public bool IsHalfConfigured => Status.EndsWith(" half-configured", StringComparison.Ordinal);

    /// <summary>What someone wants it to be: <c>install</c>, <c>hold</c>, <c>deinstall</c> or <c>purge</c>.</summary>
    public string Selection => Status.Split(' ')[0];

    /// <summary>The version that works, or did before dpkg began with another one; <c>null</c> for what was not installed.</summary>
    public string? LastConfigured => IsInstalled ? Version : IsGone || ConfigVersion.Length == 0 ? null : ConfigVersion;
}

namespace WazoPlugind.Plugins.Building;

/// <summary>A built Debian package.</summary>
/// <param name="Name">The package's name.</param>
/// <param name="Version">The package's version.</param>
/// <param name="Path">The .deb file.</param>
/// <param name="Sha256">The SHA-256 of the file, lower-case hexadecimal.</param>
/// <param name="Size">The size of the file in bytes.</param>
/// <param name="Depends">The Depends field of the package, empty when there is none.</param>
public sealed record PackageArtifact(string Name, string Version, string Path, string Sha256, long Size, string Depends)
{
    /// <summary>The file's content, when builder and installer share no directory; else <c>null</c>.</summary>
    public byte[]? Content { get; init; }
}

using System.Security.Cryptography;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Installation;

/// <summary>Keeps the package of each installed plugin, so that a failed upgrade can be put back.</summary>
/// <param name="configuration">Says where.</param>
public sealed class RollbackPackages(PlugindConfiguration configuration)
{
    // No package's name begins like this, as those of plugins have a prefix, nor holds an underscore (Debian policy 5.6.7).
    private const string Incoming = "_incoming-";

    // What another process has staged, its dpkg may still read, also where the operation is the same.
    private readonly string _own = $"{Incoming}{Guid.NewGuid():N}-";

    /// <summary>Takes a package out of its builder's reach, if it is the one that was built.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="artifact">The package.</param>
    /// <param name="cancellationToken">Stops the copy.</param>
    /// <returns>The copy, or <c>null</c> when the file is missing, or another one.</returns>
    /// <exception cref="IOException">It cannot be read or written, for example because the disk is full.</exception>
    public async Task<string?> StageAsync(Guid operation, PackageArtifact artifact, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(configuration.PackagesDir);
        if (artifact.Content is null && !File.Exists(artifact.Path))
            return null;
        var staged = Path.Join(configuration.PackagesDir, $"{_own}{operation}.deb");
        // Who builds may put anything there.
        await using var source = artifact.Content is { } content
            ? (Stream)new MemoryStream(content)
            : new FileStream(LibC.OpenRegularFile(artifact.Path), FileAccess.Read, bufferSize: 0);
        await using var copy = new FileStream(staged, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        if (source.Length == artifact.Size)
            await source.CopyToAsync(copy, cancellationToken);
        copy.Position = 0;
        if (await IsAsync(copy, artifact, cancellationToken))
            return staged;
        File.Delete(staged);
        return null;
    }

    /// <summary>Whether the very package is kept.</summary>
    /// <param name="artifact">The package.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public async Task<bool> HasAsync(PackageArtifact artifact, CancellationToken cancellationToken)
    {
        if (Find(artifact.Name, artifact.Version) is not { } kept)
            return false;
        await using var file = File.OpenRead(kept);
        return await IsAsync(file, artifact, cancellationToken);
    }

    /// <summary>Deletes what an installer left that was killed. Only while no dpkg is at work.</summary>
    public void DeleteStaged()
    {
        if (!Directory.Exists(configuration.PackagesDir))
            return;
        foreach (var file in Directory.GetFiles(configuration.PackagesDir, Incoming + "*"))
        {
            if (!Path.GetFileName(file).StartsWith(_own, StringComparison.Ordinal))
                File.Delete(file);
        }
    }

    /// <summary>Keeps a package that was installed, in place of the plugin's older ones.</summary>
    /// <param name="staged">The package.</param>
    /// <param name="artifact">What it is.</param>
    /// <exception cref="IOException">It cannot be renamed.</exception>
    public void Keep(string staged, PackageArtifact artifact)
    {
        var kept = PathOf(artifact.Name, artifact.Version);
        File.Move(staged, kept, overwrite: true);
        Forget(artifact.Name, except: kept);
        Prune();
    }

    /// <summary>The kept package of a version, or <c>null</c>.</summary>
    /// <param name="package">The package's name.</param>
    /// <param name="version">The version.</param>
    public string? Find(string package, string version) => PathOf(package, version) is var path && File.Exists(path) ? path : null;

    /// <summary>The version of the package that is kept, which was installed last; or <c>null</c>.</summary>
    /// <param name="package">The package's name.</param>
    public string? FindVersion(string package) => FilesOf(package).Select(file => Path.GetFileNameWithoutExtension(file)[(package.Length + 1)..]).FirstOrDefault();

    /// <summary>Deletes what is kept of a package.</summary>
    /// <param name="package">The package's name.</param>
    /// <param name="except">A file that stays.</param>
    public void Forget(string package, string? except = null)
    {
        foreach (var file in FilesOf(package))
        {
            if (file != except)
                File.Delete(file);
        }
    }

    private static async Task<bool> IsAsync(FileStream file, PackageArtifact artifact, CancellationToken cancellationToken) =>
        file.Length == artifact.Size && Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)) == artifact.Sha256;

    private void Prune()
    {
        var (count, size) = (0, 0L);
        var files = new DirectoryInfo(configuration.PackagesDir).GetFiles("*_*.deb")
            .Where(file => !file.Name.StartsWith(Incoming, StringComparison.Ordinal))
            .OrderByDescending(file => file.LastWriteTimeUtc);
        foreach (var file in files)
        {
            size += file.Length;
            if (++count > configuration.Limits.KeptPackages || size > LimitsConfiguration.Bytes(configuration.Limits.KeptPackagesMegabytes))
                file.Delete();
        }
    }

    private string[] FilesOf(string package) =>
        Directory.Exists(configuration.PackagesDir) ? Directory.GetFiles(configuration.PackagesDir, package + "_*.deb") : [];

    private string PathOf(string package, string version) => Path.Join(configuration.PackagesDir, $"{package}_{version}.deb");
}

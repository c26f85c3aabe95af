using WazoPlugind.Messages;
using WazoPlugind.Plugins.Configuration;

namespace WazoPlugind.Plugins.Installation;

/// <summary>Keeps the package of each installed plugin, so that a failed upgrade can be put back.</summary>
/// <param name="configuration">Says where.</param>
public sealed class KeptPackages(PlugindConfiguration configuration)
{
    /// <summary>Keeps a package that was installed, in place of the plugin's older ones.</summary>
    /// <param name="artifact">The package.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Keep(PackageArtifact artifact)
    {
        Directory.CreateDirectory(configuration.PackagesDir);
        var kept = PathOf(artifact.Name, artifact.Version);
        var incomplete = kept + ".new";
        File.Copy(artifact.Path, incomplete, overwrite: true);
        File.Move(incomplete, kept, overwrite: true);
        Forget(artifact.Name, except: kept);
        Prune();
    }

    /// <summary>The kept package of a version, or <c>null</c>.</summary>
    /// <param name="package">The package's name.</param>
    /// <param name="version">The version.</param>
    public string? Find(string package, string version) => PathOf(package, version) is var path && File.Exists(path) ? path : null;

    /// <summary>The kept package of whatever version was installed last, or <c>null</c>.</summary>
    /// <param name="package">The package's name.</param>
    public string? Find(string package) => FilesOf(package).FirstOrDefault(file => file.EndsWith(".deb", StringComparison.Ordinal));

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

    private void Prune()
    {
        var (count, size) = (0, 0L);
        foreach (var file in new DirectoryInfo(configuration.PackagesDir).GetFiles().OrderByDescending(file => file.LastWriteTimeUtc))
        {
            size += file.Length;
            if (++count > configuration.Limits.KeptPackages || size > configuration.Limits.KeptPackagesMegabytes * 1024L * 1024)
                file.Delete();
        }
    }

    // No package's name holds an underscore (Debian policy 5.6.7).
    private string[] FilesOf(string package) =>
        Directory.Exists(configuration.PackagesDir) ? Directory.GetFiles(configuration.PackagesDir, package + "_*") : [];

    private string PathOf(string package, string version) => Path.Join(configuration.PackagesDir, $"{package}_{version}.deb");
}

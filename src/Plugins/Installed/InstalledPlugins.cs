using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using WazoPlugind.Debian.Database;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Platform.Yaml;
using WazoPlugind.Plugins.Manifest;

namespace WazoPlugind.Plugins.Installed;

/// <summary>
/// The plugins that are installed: the installed packages of plugins that have a readable <c>plugin.yml</c>.
/// Nothing is parsed twice: the list is made again when dpkg's status or a <c>plugin.yml</c> has changed.
/// </summary>
/// <param name="configuration">Says where the files are.</param>
/// <param name="dpkg">Knows the packages.</param>
/// <param name="packages">Says which of them are plugins.</param>
/// <param name="time">The clock of the list's age.</param>
/// <param name="logger">Is told of unreadable files.</param>
public sealed partial class InstalledPlugins(
    PlugindConfiguration configuration, DpkgStatus dpkg, PluginPackages packages, TimeProvider time, ILogger<InstalledPlugins> logger)
{
    // What dpkg does is seen at once; who changes a plugin's files by hand is not as quick.
    private static readonly TimeSpan LongestAge = TimeSpan.FromSeconds(1);

    private sealed record CachedManifest(DateTime WrittenAt, long Size, JsonObject? Content, byte[] Json);

    private sealed record Listing(IReadOnlyDictionary<string, DpkgPackage> Of, long MadeAt, IReadOnlyList<InstalledPlugin> Plugins);

    private readonly ConcurrentDictionary<string, CachedManifest> _manifests = new();
    private volatile Listing? _listing;

    /// <summary>
    /// Every installed plugin, in the order of the packages' names. The same list for up to a second, unless dpkg has changed
    /// something: 200 plugins have 200 files to look at.
    /// </summary>
    /// <exception cref="IOException">dpkg's status file cannot be read.</exception>
    public IReadOnlyList<InstalledPlugin> List()
    {
        var all = dpkg.Packages;
        if (_listing is { } latest && latest.Of == all && time.GetElapsedTime(latest.MadeAt) < LongestAge)
            return latest.Plugins;
        var (madeAt, plugins) = (time.GetTimestamp(), new List<InstalledPlugin>());
        var ofPlugins = all.Values
            .Where(package => package.IsInstalled && packages.IsPlugin(package))
            .OrderBy(package => package.Name, StringComparer.Ordinal);
        foreach (var package in ofPlugins)
        {
            // The package's name alone does not say where name ends and namespace begins; the manifest does, and is checked.
            if (PluginPackage.PluginOf(configuration, package.Name) is { } place && Open(package, place.Namespace, place.Name) is { } plugin)
                plugins.Add(plugin);
        }

        // Whoever keeps what it made of a list need not make it again.
        IReadOnlyList<InstalledPlugin> list = _listing is { } before && before.Plugins.SequenceEqual(plugins) ? before.Plugins : plugins;
        _listing = new Listing(all, madeAt, list);
        return list;
    }

    /// <summary>An installed plugin, or <c>null</c>.</summary>
    /// <param name="pluginNamespace">Its namespace, of unknown origin.</param>
    /// <param name="name">Its name, of unknown origin.</param>
    /// <exception cref="IOException">dpkg's status file cannot be read.</exception>
    public InstalledPlugin? Find(string pluginNamespace, string name) =>
        FindPackage(pluginNamespace, name) is { } package ? Open(package, pluginNamespace, name) : null;

    /// <summary>The installed package of a plugin, also of one whose <c>plugin.yml</c> is gone; or <c>null</c>.</summary>
    /// <param name="pluginNamespace">Its namespace, of unknown origin.</param>
    /// <param name="name">Its name, of unknown origin.</param>
    /// <exception cref="IOException">dpkg's status file cannot be read.</exception>
    public DpkgPackage? FindPackage(string pluginNamespace, string name) =>
        dpkg.FindInstalled(PluginPackage.NameOf(configuration, pluginNamespace, name)) is { } package
        && packages.IsPlugin(package)
        && PluginPackage.PluginOf(configuration, package.Name) == (pluginNamespace, name)
            ? package
            : null;

    private InstalledPlugin? Open(DpkgPackage package, string pluginNamespace, string name)
    {
        var directory = configuration.InstallDirectory(pluginNamespace, name);
        var file = new FileInfo(Path.Join(directory, configuration.DefaultMetadataFilename));
        if (!file.Exists)
            return null;
        if (!_manifests.TryGetValue(directory, out var manifest)
            || manifest.WrittenAt != file.LastWriteTimeUtc || manifest.Size != file.Length)
        {
            _manifests[directory] = manifest = Read(directory, file);
        }

        return manifest.Content is null
            ? null
            : new InstalledPlugin(pluginNamespace, name, package.Version, package.Name, manifest.Json);
    }

    private CachedManifest Read(string directory, FileInfo file)
    {
        try
        {
            if (ManifestReader.Read(directory, configuration.DefaultMetadataFilename) is JsonObject content)
                return new CachedManifest(file.LastWriteTimeUtc, file.Length, content, Encoding.UTF8.GetBytes(content.ToJsonString()));
            LogUnreadable(file.FullName, "not a mapping");
        }
        catch (YamlFormatException e)
        {
            LogUnreadable(file.FullName, e.Message);
        }

        return new CachedManifest(file.LastWriteTimeUtc, file.Length, null, []);
    }

    [LoggerMessage(LogLevel.Warning, "{File} is left out of the installed plugins: {Reason}")]
    private partial void LogUnreadable(string file, string reason);
}

using System.Formats.Tar;
using System.Text;
using System.Text.Json.Nodes;
using WazoPlugind.Plugins.Configuration;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Plugins.Packaging;

/// <summary>The files of a package, judged one after the other.</summary>
internal sealed class PackageContent
{
    private const UnixFileMode Privileged = UnixFileMode.SetUser | UnixFileMode.SetGroup;

    private readonly LimitsConfiguration _limits;
    private readonly string _own;
    private readonly string _manifestPath;
    private readonly string[] _protected;
    private readonly HashSet<string> _paths = [];
    private readonly HashSet<string> _links = [];
    private readonly Dictionary<string, string> _realDirectories = [];
    private readonly List<string> _privileged = [];
    private readonly HashSet<string> _permitted = [];
    private long _size;

    /// <summary>Expects the files of a plugin.</summary>
    public PackageContent(PlugindConfiguration configuration, string pluginNamespace, string name)
    {
        _limits = configuration.Limits;
        _own = configuration.InstallDirectory(pluginNamespace, name);
        _manifestPath = Path.Join(_own, configuration.DefaultMetadataFilename);
        _protected =
        [
            .. ((string[])
            [
                .. configuration.PrivatePaths(), configuration.HomeDir, configuration.MetadataDir, "/var/lib/wazo-plugind", "/var/lib/dpkg",
                AppContext.BaseDirectory,
            ]).Select(path => ContainedPath.RealPathOfExisting(Path.GetFullPath(path)).TrimEnd('/')),
        ];
    }

    /// <summary>Whether a file is in the package.</summary>
    /// <param name="path">Its absolute path.</param>
    public bool Has(string path) => _paths.Contains(path);

    /// <summary>Takes the next file.</summary>
    /// <param name="entry">The file.</param>
    /// <returns>Why the package is refused, or <c>null</c>.</returns>
    public string? Add(TarEntry entry)
    {
        // dpkg reads no PAX headers, and another reading of the same bytes would be another package.
        if (entry.Format is TarEntryFormat.Pax or TarEntryFormat.Unknown)
            return "its files are archived in a way that dpkg does not read";
        if (PathOf(entry.Name) is not { } path)
            return $"{entry.Name} is no path";
        if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.Directory
            or TarEntryType.SymbolicLink or TarEntryType.HardLink))
        {
            return $"{path} is a device, a pipe, or something else that is neither file nor link";
        }

        _size += entry.Length;
        if (_paths.Count >= _limits.PackageFiles || _size > LimitsConfiguration.Bytes(_limits.InstalledMegabytes))
            return $"it has more than {_limits.PackageFiles} files or {_limits.InstalledMegabytes} MB";
        if (entry.Uid != 0 || entry.Gid != 0)
            return $"{path} does not belong to root";
        if (!_paths.Add(path) && entry.EntryType != TarEntryType.Directory)
            return $"{path} is in it twice";
        if (PlaceProblem(path, entry.EntryType == TarEntryType.Directory) is { } problem)
            return problem;
        if (entry.EntryType == TarEntryType.SymbolicLink)
            _links.Add(path);
        if (entry.EntryType == TarEntryType.HardLink && (PathOf(entry.LinkName) is not { } target || !_paths.Contains(target)))
            return $"{path} is a link to a file of another package";
        if (entry.EntryType != TarEntryType.SymbolicLink && entry.EntryType != TarEntryType.Directory && (entry.Mode & Privileged) != 0)
            _privileged.Add(path);
        if (path == _manifestPath)
            ReadPermissions(entry);
        return null;
    }

    /// <summary>Whether a file has a privilege that the plugin's manifest does not ask for.</summary>
    /// <returns>Why the package is refused, or <c>null</c>.</returns>
    public string? PrivilegeProblem() => _privileged.Find(path => !_permitted.Contains(path)) is { } file
        ? $"{file} is set-user-id or set-group-id, which the list 'setuid' of the manifest does not say"
        : null;

    private static string? PathOf(string name)
    {
        if (name is "." or "./")
            return "/";
        var path = name.StartsWith("./", StringComparison.Ordinal) ? name[1..].TrimEnd('/') : "";
        return path.Length > 1 && !path.Any(char.IsControl) && path[1..].Split('/').All(segment => segment is not ("" or "." or "..")) ? path : null;
    }

    private static bool IsWithin(string path, string directory) =>
        path == directory || path.StartsWith(directory + "/", StringComparison.Ordinal) || directory.Length == 0;

    private string? PlaceProblem(string path, bool isDirectory)
    {
        if (path == "/")
            return null;
        var parent = Path.GetDirectoryName(path)!;
        for (var directory = parent; directory != "/"; directory = Path.GetDirectoryName(directory)!)
        {
            if (_links.Contains(directory))
                return $"{path} lies behind the link {directory}";
        }

        // Where dpkg will write: through the links that the machine has already.
        if (!_realDirectories.TryGetValue(parent, out var realParent))
            _realDirectories[parent] = realParent = ContainedPath.RealPathOfExisting(parent);
        var real = Path.Join(realParent, Path.GetFileName(path));
        if (IsWithin(real, _own))
            return null;
        if (isDirectory && (IsWithin(_own, real) || _protected.Any(place => IsWithin(place, real))))
            return null;
        return _protected.Any(place => IsWithin(real, place) || IsWithin(place, real)) ? $"{path} belongs to this service or to another plugin" : null;
    }

    private void ReadPermissions(TarEntry entry)
    {
        if (entry.Length > ManifestReader.MaxSize)
            return;
        try
        {
            if (YamlJson.Read(PackagePolicy.Text(entry)) is JsonObject manifest && manifest["setuid"] is JsonArray files)
                _permitted.UnionWith(files.Select(file => file?.ToString() ?? ""));
        }
        catch (Exception e) when (e is YamlFormatException or DecoderFallbackException)
        {
            // A manifest that nobody can read permits nothing.
        }
    }
}

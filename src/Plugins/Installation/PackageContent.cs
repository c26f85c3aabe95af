using System.Formats.Tar;
using System.Text.Json.Nodes;
using WazoPlugind.Debian.Archive;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Platform.Yaml;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Installation;

/// <summary>The files of a package, judged one after the other.</summary>
internal sealed class PackageContent
{
    private const string RemoveOnUpgrade = "remove-on-upgrade ";
    // The kernel's.
    private const int LongestPath = 4096;
    private const UnixFileMode Privileged = UnixFileMode.SetUser | UnixFileMode.SetGroup;

    private readonly LimitsConfiguration _limits;
    private readonly string _own;
    private readonly string _manifestPath;
    private readonly string[] _protected;
    private readonly HashSet<string> _paths = [];
    private readonly HashSet<string> _links = [];
    private readonly PackagePlaces _places;
    private readonly List<string> _privileged = [];
    private readonly HashSet<string> _permitted = [];
    private long _size;

    /// <summary>Expects the files of a plugin.</summary>
    public PackageContent(PlugindConfiguration configuration, string pluginNamespace, string name)
    {
        _limits = configuration.Limits;
        _own = configuration.InstallDirectory(pluginNamespace, name);
        _places = new PackagePlaces(PluginPackage.NameOf(configuration, pluginNamespace, name), _own);
        _manifestPath = Path.Join(_own, configuration.DefaultMetadataFilename);
        _protected =
        [
            .. ((string[])
            [
                .. configuration.PrivatePaths(), configuration.HomeDir, configuration.MetadataDir, "/var/lib/wazo-plugind", "/var/lib/dpkg",
                AppContext.BaseDirectory,
            ]).Select(path => SafePath.RealPathOfExisting(Path.GetFullPath(path)).TrimEnd('/')),
        ];
    }

    /// <summary>The places of the files on the machine.</summary>
    public PackagePlaces Places => _places;

    /// <summary>Takes a line of the list of conffiles (deb-conffiles(5)).</summary>
    /// <param name="line">The line.</param>
    /// <returns>Why the package is refused, or <c>null</c>.</returns>
    public string? AddConffile(string line)
    {
        // dpkg would read another path.
        if (line.TrimEnd().Length != line.Length)
            return $"its list of conffiles has {line}, which is no path";
        if (!line.StartsWith(RemoveOnUpgrade, StringComparison.Ordinal))
            return _paths.Contains(line) ? null : $"its list of conffiles names {line}, which it does not hold";
        return PathOf("." + line[RemoveOnUpgrade.Length..]) is { } path && line.EndsWith(path, StringComparison.Ordinal)
            ? PlaceProblem(path, isDirectory: false) ?? _places.AddRemoved(path)
            : $"its list of conffiles has {line}, which is no path";
    }

    /// <summary>Takes the next file.</summary>
    /// <param name="entry">The file.</param>
    /// <returns>Why the package is refused, or <c>null</c>.</returns>
    public string? Add(PackageEntry entry)
    {
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
        var isDirectory = entry.EntryType == TarEntryType.Directory;
        if ((PlaceProblem(path, isDirectory) ?? _places.Add(path, isDirectory)) is { } problem)
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

    /// <summary>Whether a path is a directory, or below it.</summary>
    public static bool IsWithin(string path, string directory) =>
        path == directory || path.StartsWith(directory + "/", StringComparison.Ordinal) || directory.Length == 0;

    private static string? PathOf(string name)
    {
        if (name is "." or "./")
            return "/";
        if (name.Length > LongestPath)
            return null;
        var path = name.StartsWith("./", StringComparison.Ordinal) ? name[1..].TrimEnd('/') : "";
        return path.Length > 1 && !path.Any(char.IsControl) && path[1..].Split('/').All(segment => segment is not ("" or "." or "..")) ? path : null;
    }

    private string? PlaceProblem(string path, bool isDirectory)
    {
        if (path == "/")
            return null;
        for (var directory = Path.GetDirectoryName(path)!; directory != "/"; directory = Path.GetDirectoryName(directory)!)
        {
            // .NET would look for a link whose name is no text in another place.
            if (_links.Contains(directory) || (!FileName.IsText(directory) && FileStatus.Of(directory) is { IsLink: true }))
                return $"{path} lies behind the link {directory}";
        }

        // Where dpkg will write: through the links that the machine has already.
        var real = _places.Real.Of(path);
        if (IsWithin(real, _own))
            return null;
        if (isDirectory && (IsWithin(_own, real) || _protected.Any(place => IsWithin(place, real))))
            return null;
        return _protected.Any(place => IsWithin(real, place) || IsWithin(place, real)) ? $"{path} belongs to this service or to another plugin" : null;
    }

    private void ReadPermissions(PackageEntry entry)
    {
        if (entry.Length > ManifestReader.MaxSize)
            return;
        try
        {
            if (PackagePolicy.Text(entry) is var text && FileName.IsText(text) && YamlJson.Read(text) is JsonObject manifest
                && manifest["setuid"] is JsonArray files)
            {
                _permitted.UnionWith(files.Select(file => file?.ToString() ?? ""));
            }
        }
        catch (YamlFormatException)
        {
            // A manifest that nobody can read permits nothing.
        }
    }
}

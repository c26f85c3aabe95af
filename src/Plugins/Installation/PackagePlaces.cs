using WazoPlugind.Debian.Database;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Installation;

/// <summary>The places that a package takes on the machine, whatever it calls them.</summary>
/// <param name="package">Its name.</param>
/// <param name="own">The real path of the plugin's own directory, where nobody else may have anything.</param>
internal sealed class PackagePlaces(string package, string own)
{
    private readonly Dictionary<string, (string Path, bool IsDirectory)> _places = [];
    private readonly List<string> _removed = [];

    /// <summary>Where paths are.</summary>
    public RealPaths Real { get; } = new();

    /// <summary>Takes a place.</summary>
    /// <param name="path">The path, as the package spells it.</param>
    /// <param name="isDirectory">Whether it is a directory, which packages share.</param>
    /// <returns>Why the package is refused, or <c>null</c>.</returns>
    public string? Add(string path, bool isDirectory)
    {
        var real = Real.Of(path);
        if (_places.TryAdd(real, (path, isDirectory)) || _places[real] is var (other, otherIsDirectory) && (other == path || (isDirectory && otherIsDirectory)))
            return null;
        return $"{path} and {_places[real].Path} are the same file";
    }

    /// <summary>Takes a conffile that dpkg is to delete, or to rename, where the package is upgraded to.</summary>
    /// <param name="path">The path.</param>
    /// <returns>Why the package is refused, or <c>null</c>.</returns>
    public string? AddRemoved(string path)
    {
        _removed.Add(path);
        return _places.ContainsKey(Real.Of(path)) ? $"its list of conffiles removes {path}, which it holds" : null;
    }

    /// <summary>Whether another package has one of the places already, and dpkg would not notice.</summary>
    /// <param name="owners">Know that.</param>
    /// <returns>Why the package is refused, or <c>null</c>.</returns>
    /// <exception cref="IOException">dpkg's lists cannot be read.</exception>
    public string? OwnerProblem(PathOwners owners)
    {
        // Reading all lists takes longer than all else here: what has one name, and is not there yet, is nobody's.
        var wanted = _places.Where(place => CanBeShared(place.Key, place.Value.Path, place.Value.IsDirectory))
            .ToDictionary(place => place.Key, place => (string?)place.Value.Path);
        if (wanted.Count == 0 && _removed.Count == 0)
            return null;
        var already = owners.PathsOf(package, Real);
        foreach (var path in _removed)
        {
            var real = Real.Of(path);
            if (already.Contains(real))
                continue;
            // The machine has many files that no package knows of, such as /etc/shadow.
            if (Exists(real))
                return $"its list of conffiles removes {path}, which is not the plugin's";
            wanted[real] = null;
        }

        foreach (var real in already)
            wanted.Remove(real);
        return wanted.Count > 0 ? owners.Conflict(package, wanted, Real) : null;
    }

    /// <summary>Whether a package that is installed at the same time takes one of the places under another name.</summary>
    /// <param name="other">Its places.</param>
    /// <returns>Why this one is refused, or <c>null</c>.</returns>
    public string? ConflictWith(PackagePlaces other)
    {
        foreach (var (real, place) in _places)
        {
            if (other._places.TryGetValue(real, out var taken) && taken.Path != place.Path && !(taken.IsDirectory && place.IsDirectory))
                return $"{taken.Path} belongs to {other.Package}";
        }

        return null;
    }

    private string Package => package;

    private bool CanBeShared(string real, string path, bool isDirectory)
    {
        if (PackageContent.IsWithin(real, own) || (isDirectory && !File.Exists(real)))
            return false;
        return path != real || Real.IsAliased(real) || Exists(real);
    }

    // A dangling link is there too.
    private static bool Exists(string path) => FileStatus.Of(path) is not null;
}

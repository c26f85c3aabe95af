using WazoPlugind.Processes.Files;

namespace WazoPlugind.Debian.Database;

/// <summary>
/// Which packages have a path of the machine under another name. dpkg knows paths only as packages spell them (dpkg(1), FILES): it
/// refuses two packages with <c>/usr/bin/x</c>, and lets one with <c>/bin/x</c> overwrite it.
/// </summary>
/// <param name="directory">Where dpkg keeps its lists; a directory of its own in tests.</param>
public sealed class PathOwners(string directory = "/var/lib/dpkg")
{
    // Whatever the state of its package: of one that was removed the list has what is left, and purging it would delete that.
    private const string Lists = "*.list";

    /// <summary>The paths that a package has already.</summary>
    /// <param name="package">Its name; it is of no architecture.</param>
    /// <param name="real">Says where they are.</param>
    /// <returns>Their real paths.</returns>
    public HashSet<string> PathsOf(string package, RealPaths real)
    {
        var list = Path.Join(directory, "info", package + ".list");
        return File.Exists(list) ? [.. Read(list).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(real.Of)] : [];
    }

    /// <summary>Looks for paths that someone else has.</summary>
    /// <param name="package">The package that wants them.</param>
    /// <param name="wanted">
    /// By real path: the path as the package spells it, which dpkg itself looks for; <c>null</c> where it does not.
    /// </param>
    /// <param name="real">Says where paths are.</param>
    /// <returns>Whose one of them is, in a sentence; <c>null</c> when they are free.</returns>
    /// <exception cref="IOException">dpkg's lists cannot be read.</exception>
    public string? Conflict(string package, IReadOnlyDictionary<string, string?> wanted, RealPaths real)
    {
        // Most lines are of no interest by their last part already, and never become strings.
        var names = wanted.Keys.Select(path => Path.GetFileName(path)!).ToHashSet().GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var list in Directory.EnumerateFiles(Path.Join(directory, "info"), Lists))
        {
            // "jq", or "libc6:amd64".
            var owner = Path.GetFileNameWithoutExtension(list).Split(':')[0];
            if (owner == package)
                continue;
            var lines = Read(list).AsSpan();
            foreach (var range in lines.Split('\n'))
            {
                if (Find(lines[range]) is { } path)
                    return $"{path} belongs to {owner}";
            }
        }

        return Diverted();

        string? Find(ReadOnlySpan<char> line)
        {
            if (!line.StartsWith('/') || !names.Contains(line[(line.LastIndexOf('/') + 1)..]))
                return null;
            var path = line.ToString();
            return wanted.TryGetValue(real.Of(path), out var spelled) && spelled != path ? path : null;
        }

        // Three lines each: the path, where it is moved, and the package for whose sake; a colon for the administrator's.
        string? Diverted()
        {
            var diversions = Path.Join(directory, "diversions");
            foreach (var lines in File.Exists(diversions) ? Read(diversions).Split('\n').Chunk(3) : [])
            {
                if (lines is [var from, var to, var diverter] && diverter != package && (Find(from) ?? Find(to)) is { } path)
                    return $"{path} is diverted by {(diverter == ":" ? "the administrator" : diverter)}";
            }

            return null;
        }
    }

    private static string Read(string file)
    {
        try
        {
            return FileName.Decode(File.ReadAllBytes(file));
        }
        catch (FileNotFoundException)
        {
            // Its package was purged just now.
            return "";
        }
    }
}

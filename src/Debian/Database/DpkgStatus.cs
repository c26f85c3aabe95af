using WazoPlugind.Debian.Versions;

namespace WazoPlugind.Debian.Database;

/// <summary>The packages of the machine, read from dpkg's own files: reading them costs less than starting dpkg-query.</summary>
/// <param name="path">The status file; a path of its own in tests.</param>
public sealed class DpkgStatus(string path = DpkgStatus.DefaultPath)
{
    /// <summary>Where dpkg keeps it.</summary>
    public const string DefaultPath = "/var/lib/dpkg/status";

    private const int MostTries = 5;

    private sealed record Snapshot(
        (DateTime WrittenAt, long Size, string Journal) Stamp,
        IReadOnlyDictionary<string, DpkgPackage> Status,
        IReadOnlyDictionary<string, DpkgPackage> Packages)
    {
        public bool IsOfStatus((DateTime WrittenAt, long Size, string Journal) stamp) => (Stamp.WrittenAt, Stamp.Size) == (stamp.WrittenAt, stamp.Size);
    }

    private volatile Snapshot? _snapshot;

    /// <summary>dpkg's directory.</summary>
    public string Directory { get; } = Path.GetDirectoryName(path)!;

    /// <summary>Whether dpkg has left a journal: it is at work, or died.</summary>
    public bool HasJournal => DpkgDatabase.Journal(Directory).Count > 0;

    /// <summary>Every package by name, as of now: the files are read again only when they have changed.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public IReadOnlyDictionary<string, DpkgPackage> Packages
    {
        get
        {
            for (var tries = 0; ; tries++)
            {
                var journal = DpkgDatabase.Journal(Directory);
                var stamp = Stamp(journal);
                var latest = _snapshot;
                if (latest is not null && latest.Stamp == stamp)
                    return latest.Packages;
                try
                {
                    // Before the status file: what dpkg merges meanwhile is then in both.
                    var changed = DpkgDatabase.Read(journal);
                    // While dpkg is at work its journal changes all the time, and the large file does not.
                    var status = tries < MostTries && latest?.IsOfStatus(stamp) == true ? latest.Status : DpkgDatabase.Read(path);
                    // dpkg may have merged its journal in between; one that writes all the time is not waited for.
                    if (tries < MostTries && Stamp(DpkgDatabase.Journal(Directory)) != stamp)
                        continue;
                    var packages = DpkgDatabase.Merge(status, changed);
                    _snapshot = new Snapshot(stamp, status, packages);
                    return packages;
                }
                catch (FileNotFoundException) when (tries < MostTries)
                {
                    // It has.
                }
            }
        }
    }

    /// <summary>A file that dpkg keeps of a package, or <c>null</c>.</summary>
    /// <param name="package">The package.</param>
    /// <param name="kind">The file's extension, for example <c>list</c>.</param>
    public string? FindInfo(DpkgPackage package, string kind) =>
        ((string[])[package.Name, $"{package.Name}:{package.Architecture}"])
            .Select(name => Path.Join(Directory, "info", $"{name}.{kind}"))
            .FirstOrDefault(File.Exists);

    /// <summary>When dpkg last unpacked a package, whatever became of it; <c>null</c> when it has no files.</summary>
    /// <param name="name">Its name.</param>
    public DateTime? UnpackedAt(string name) =>
        Packages.GetValueOrDefault(name) is { } package && FindInfo(package, "list") is { } list ? File.GetLastWriteTimeUtc(list) : null;

    /// <summary>A package that is unpacked and configured, or <c>null</c>.</summary>
    /// <param name="name">Its name.</param>
    public DpkgPackage? FindInstalled(string name) => Packages.GetValueOrDefault(name) is { IsInstalled: true } package ? package : null;

    /// <summary>The entries of a dependency field that nothing installed satisfies.</summary>
    /// <param name="field">The field; it must follow the syntax of Debian policy 7.1.</param>
    public IReadOnlyList<string> Unsatisfied(string field)
    {
        string[] entries = field.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        // Most need nothing.
        if (entries.Length == 0)
            return [];
        var packages = Packages;
        return [.. entries.Where(entry =>
            !(DebianDependency.ParseEntry(entry) ?? []).Any(alternative => IsSatisfied(alternative, packages)))];
    }

    /// <summary>The installed packages that would lose a dependency if some were removed, and theirs in turn.</summary>
    /// <param name="removed">The names of the packages to be removed.</param>
    public IReadOnlyList<DpkgPackage> DependantsOf(IReadOnlyCollection<string> removed)
    {
        var before = Packages;
        var remaining = before.Values.Where(package => package.IsInstalled && !removed.Contains(package.Name))
            .ToDictionary(package => package.Name);
        Queue<DpkgPackage> gone = new(removed.Select(name => before.GetValueOrDefault(name)).OfType<DpkgPackage>());
        List<DpkgPackage> dependants = [];
        while (gone.TryDequeue(out var lost))
        {
            foreach (var package in remaining.Values.Where(package => Mentions(package.Depends, lost)).ToArray())
            {
                // One that was broken before is not ours to judge.
                var loses = (DebianDependency.ParseField(package.Depends) ?? []).Any(alternatives =>
                    alternatives.Any(alternative => IsSatisfied(alternative, before))
                    && !alternatives.Any(alternative => IsSatisfied(alternative, remaining)));
                if (!loses)
                    continue;
                remaining.Remove(package.Name);
                dependants.Add(package);
                gone.Enqueue(package);
            }
        }

        return dependants;
    }

    // dpkg replaces the file by renaming a new one over it, and adds to its journal in the same way.
    private (DateTime WrittenAt, long Size, string Journal) Stamp(IReadOnlyList<FileInfo> journal)
    {
        var status = new FileInfo(path);
        return (
            status.LastWriteTimeUtc,
            status.Length,
            journal.Count == 0 ? "" : string.Concat(journal.Select(file => $" {file.Name} {file.LastWriteTimeUtc.Ticks} {(file.Exists ? file.Length : 0)}")));
    }

    // Whether a field may depend on a package: few do, and parsing the fields of all is slow.
    private static bool Mentions(string field, DpkgPackage package) =>
        field.Contains(package.Name, StringComparison.Ordinal)
        || (DebianDependency.ParseField(package.Provides) ?? []).Any(provided => field.Contains(provided[0].Package, StringComparison.Ordinal));

    // By name and version, or by what another package provides; an unversioned Provides satisfies no versioned dependency
    // (Debian policy 7.5).
    private static bool IsSatisfied(DebianDependency dependency, IReadOnlyDictionary<string, DpkgPackage> packages)
    {
        if (packages.GetValueOrDefault(dependency.Package) is { IsInstalled: true } package && dependency.IsSatisfiedBy(package.Version))
            return true;
        return packages.Values.Any(provider =>
            provider.IsInstalled
            && provider.Provides.Contains(dependency.Package, StringComparison.Ordinal)
            && (DebianDependency.ParseField(provider.Provides) ?? []).Any(provided =>
                provided[0].Package == dependency.Package
                && (dependency.Version is null || (provided[0].Version is { } version && dependency.IsSatisfiedBy(version)))));
    }
}

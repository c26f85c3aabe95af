using System.Collections.Frozen;
using WazoPlugind.Plugins.Packaging;

namespace WazoPlugind.Plugins.Registry;

/// <summary>The packages of the machine, read from dpkg's own status file: reading it costs less than starting dpkg-query.</summary>
/// <param name="path">The status file; a path of its own in tests.</param>
public sealed class DpkgStatus(string path = DpkgStatus.DefaultPath)
{
    /// <summary>Where dpkg keeps it.</summary>
    public const string DefaultPath = "/var/lib/dpkg/status";

    private sealed record Snapshot(DateTime WrittenAt, long Size, FrozenDictionary<string, DpkgPackage> Packages);

    private volatile Snapshot? _snapshot;

    /// <summary>Every package by name, as of now: the file is read again only when it has changed.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IReadOnlyDictionary<string, DpkgPackage> Packages
    {
        get
        {
            // dpkg replaces the file by renaming a new one over it; its time has the resolution of nanoseconds.
            var file = new FileInfo(path);
            var snapshot = _snapshot;
            if (snapshot is null || snapshot.WrittenAt != file.LastWriteTimeUtc || snapshot.Size != file.Length)
                _snapshot = snapshot = new Snapshot(file.LastWriteTimeUtc, file.Length, Read());
            return snapshot.Packages;
        }
    }

    /// <summary>A package that is unpacked and configured, or <c>null</c>.</summary>
    /// <param name="name">Its name.</param>
    public DpkgPackage? FindInstalled(string name) => Packages.GetValueOrDefault(name) is { IsInstalled: true } package ? package : null;

    /// <summary>The entries of a dependency field that nothing installed satisfies.</summary>
    /// <param name="field">The field; it must follow the syntax of Debian policy 7.1.</param>
    public IReadOnlyList<string> Unsatisfied(string field)
    {
        var packages = Packages;
        List<string> missing = [];
        foreach (var entry in field.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var alternatives = DebianDependency.ParseEntry(entry) ?? [];
            if (!alternatives.Any(alternative => IsSatisfied(alternative, packages)))
                missing.Add(entry);
        }

        return missing;
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

    private FrozenDictionary<string, DpkgPackage> Read()
    {
        Dictionary<string, DpkgPackage> packages = [];
        Dictionary<string, string> fields = [];
        foreach (var line in File.ReadLines(path))
        {
            if (line.Length == 0)
                Add();
            else if (line[0] is not (' ' or '\t') && line.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 && IsWanted(line.AsSpan(0, colon)))
                fields[line[..colon]] = line[(colon + 1)..].Trim();
        }

        Add();
        return packages.ToFrozenDictionary();

        void Add()
        {
            if (fields.GetValueOrDefault("Package") is { } name)
            {
                var depends = string.Join(", ", ((string?[])[fields.GetValueOrDefault("Pre-Depends"), fields.GetValueOrDefault("Depends")]).OfType<string>());
                var package = new DpkgPackage(
                    name,
                    fields.GetValueOrDefault("Status", ""),
                    fields.GetValueOrDefault("Version", ""),
                    fields.GetValueOrDefault("Section", ""),
                    depends,
                    fields.GetValueOrDefault("Provides", ""));
                // A package of two architectures is there twice; installed in one is installed.
                if (!packages.TryGetValue(name, out var other) || !other.IsInstalled)
                    packages[name] = package;
            }

            fields.Clear();
        }
    }

    private static bool IsWanted(ReadOnlySpan<char> field) =>
        field is "Package" or "Status" or "Version" or "Section" or "Depends" or "Pre-Depends" or "Provides";
}

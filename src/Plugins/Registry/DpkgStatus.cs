using System.Text;
using WazoPlugind.Plugins.Packaging;

namespace WazoPlugind.Plugins.Registry;

/// <summary>The packages of the machine, read from dpkg's own status file: reading it costs less than starting dpkg-query.</summary>
/// <param name="path">The status file; a path of its own in tests.</param>
public sealed class DpkgStatus(string path = DpkgStatus.DefaultPath)
{
    /// <summary>Where dpkg keeps it.</summary>
    public const string DefaultPath = "/var/lib/dpkg/status";

    private sealed record Snapshot(DateTime WrittenAt, long Size, Dictionary<string, DpkgPackage> Packages);

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

    // As bytes: the file has many fields, and few of them are wanted.
    private Dictionary<string, DpkgPackage> Read()
    {
        Dictionary<string, DpkgPackage> packages = [];
        ReadOnlySpan<byte> rest = File.ReadAllBytes(path);
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf("\n\n"u8);
            if (ReadPackage(end < 0 ? rest : rest[..end]) is { } package
                // A package of two architectures is there twice; installed in one is installed.
                && (!packages.TryGetValue(package.Name, out var other) || !other.IsInstalled))
            {
                packages[package.Name] = package;
            }

            rest = end < 0 ? default : rest[(end + 2)..];
        }

        return packages;
    }

    // A paragraph of deb-control(5).
    private static DpkgPackage? ReadPackage(ReadOnlySpan<byte> paragraph)
    {
        string? name = null;
        var (status, version, section, depends, preDepends, provides) = ("", "", "", "", "", "");
        foreach (var range in paragraph.Split((byte)'\n'))
        {
            var line = paragraph[range];
            if (Value(line, "Package:"u8) is { } package)
                name = package;
            else if (Value(line, "Status:"u8) is { } words)
                status = words;
            else if (Value(line, "Version:"u8) is { } number)
                version = number;
            else if (Value(line, "Section:"u8) is { } word)
                section = word;
            else if (Value(line, "Depends:"u8) is { } needed)
                depends = needed;
            else if (Value(line, "Pre-Depends:"u8) is { } neededBefore)
                preDepends = neededBefore;
            else if (Value(line, "Provides:"u8) is { } provided)
                provides = provided;
        }

        var both = preDepends.Length > 0 && depends.Length > 0 ? $"{preDepends}, {depends}" : preDepends + depends;
        return name is null ? null : new DpkgPackage(name, status, version, section, both, provides);
    }

    private static string? Value(ReadOnlySpan<byte> line, ReadOnlySpan<byte> field) =>
        line.StartsWith(field) ? Encoding.UTF8.GetString(line[field.Length..].Trim(" \t\r"u8)) : null;
}

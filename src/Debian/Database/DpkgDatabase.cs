using System.Text;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Debian.Database;

/// <summary>
/// Reads dpkg's database: the status file, and over it the journal of what dpkg has done since it wrote that file. Where dpkg died,
/// the journal stays.
/// </summary>
internal static class DpkgDatabase
{
    /// <summary>The files of the journal, in the order in which they count. dpkg's other files there have no number as their name.</summary>
    /// <param name="directory">dpkg's directory.</param>
    public static IReadOnlyList<FileInfo> Journal(string directory)
    {
        // Asked with each look at the packages, and as a rule it is empty.
        var path = Path.Join(directory, "updates");
        using var updates = DirectoryHandle.Open(path);
        List<FileInfo>? files = null;
        foreach (var (name, _) in updates?.Entries() ?? [])
        {
            if (FileName.Decode(name.AsSpan(..^1)) is var file && file.All(char.IsAsciiDigit))
                (files ??= []).Add(new FileInfo(Path.Join(path, file)));
        }

        files?.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        return files ?? (IReadOnlyList<FileInfo>)[];
    }

    /// <summary>Reads the status file.</summary>
    /// <param name="status">The file.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyDictionary<string, DpkgPackage> Read(string status)
    {
        Dictionary<string, DpkgPackage> packages = [];
        Read(File.ReadAllBytes(status), (key, package) => packages[key] = package);
        return packages;
    }

    /// <summary>Reads the journal.</summary>
    /// <param name="journal">Its files.</param>
    /// <exception cref="IOException">A file cannot be read, or is gone: dpkg has merged it.</exception>
    public static IReadOnlyDictionary<string, DpkgPackage> Read(IEnumerable<FileInfo> journal)
    {
        Dictionary<string, DpkgPackage> changed = [];
        foreach (var file in journal)
            Read(File.ReadAllBytes(file.FullName), (key, package) => changed[key] = package);
        return changed;
    }

    /// <summary>Every package by its name.</summary>
    /// <param name="status">Those of the status file.</param>
    /// <param name="changed">Those of the journal.</param>
    public static Dictionary<string, DpkgPackage> Merge(IReadOnlyDictionary<string, DpkgPackage> status, IReadOnlyDictionary<string, DpkgPackage> changed)
    {
        Dictionary<string, DpkgPackage> packages = [];
        foreach (var package in status.Where(package => !changed.ContainsKey(package.Key)).Concat(changed).Select(package => package.Value))
        {
            // A package of two architectures is there twice; installed in one is installed.
            if (!packages.TryGetValue(package.Name, out var other) || !other.IsInstalled)
                packages[package.Name] = package;
        }

        return packages;
    }

    // As bytes: the file has many fields, and few of them are wanted.
    private static void Read(ReadOnlySpan<byte> rest, Action<string, DpkgPackage> add)
    {
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf("\n\n"u8);
            ReadPackage(end < 0 ? rest : rest[..end], add);
            rest = end < 0 ? default : rest[(end + 2)..];
        }
    }

    // A paragraph of deb-control(5).
    private static void ReadPackage(ReadOnlySpan<byte> paragraph, Action<string, DpkgPackage> add)
    {
        string? name = null;
        var (status, version, section, depends, preDepends, provides) = ("", "", "", "", "", "");
        var (architecture, configVersion, isOneOfMany) = ("", "", false);
        foreach (var range in paragraph.Split((byte)'\n'))
        {
            var line = paragraph[range];
            // Most are of other fields, or go on.
            if (line.IsEmpty || !"PSVCADM"u8.Contains(line[0]))
                continue;
            if (Value(line, "Package:"u8) is { } package)
                name = package;
            else if (Value(line, "Status:"u8) is { } words)
                status = words;
            else if (Value(line, "Version:"u8) is { } number)
                version = number;
            else if (Value(line, "Config-Version:"u8) is { } configured)
                configVersion = configured;
            else if (Value(line, "Architecture:"u8) is { } machine)
                architecture = machine;
            else if (Value(line, "Section:"u8) is { } word)
                section = word;
            else if (Value(line, "Depends:"u8) is { } needed)
                depends = needed;
            else if (Value(line, "Pre-Depends:"u8) is { } neededBefore)
                preDepends = neededBefore;
            else if (Value(line, "Provides:"u8) is { } provided)
                provides = provided;
            else if (line.SequenceEqual("Multi-Arch: same"u8))
                isOneOfMany = true;
        }

        if (name is null)
            return;
        var both = preDepends.Length > 0 && depends.Length > 0 ? $"{preDepends}, {depends}" : preDepends + depends;
        add(
            isOneOfMany ? $"{name}:{architecture}" : name,
            new DpkgPackage(name, status, version, section, both, provides) { Architecture = architecture, ConfigVersion = configVersion });
    }

    private static string? Value(ReadOnlySpan<byte> line, ReadOnlySpan<byte> field) =>
        line.StartsWith(field) ? Encoding.UTF8.GetString(line[field.Length..].Trim(" \t\r"u8)) : null;
}

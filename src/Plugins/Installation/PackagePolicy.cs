using System.Formats.Tar;
using WazoPlugind.Debian.Archive;
using WazoPlugind.Debian.Database;
using WazoPlugind.Debian.Versions;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Installation;

/// <summary>
/// What a package may be to be installed as root, whoever built it: named, numbered and scripted as this service does it, and with
/// no file where a plugin has none.
/// </summary>
/// <param name="configuration">Says the names, the places and the limits.</param>
/// <param name="owners">Know whose the files of the machine are; those of dpkg unless a test has its own.</param>
public sealed class PackagePolicy(PlugindConfiguration configuration, PathOwners? owners = null)
{
    private readonly ControlFiles _controlFiles = new(configuration);
    private readonly PathOwners _owners = owners ?? new PathOwners();

    // Of the packages that are being installed, by name: dpkg's lists do not have them yet.
    private readonly Dictionary<string, PackagePlaces> _places = [];

    /// <summary>
    /// Judges a package. Its places are its own until <see cref="Release"/>: another one that would take them under other names is
    /// refused meanwhile.
    /// </summary>
    /// <param name="path">The file; nobody else may write to it.</param>
    /// <param name="artifact">What it should be.</param>
    /// <returns>Why it is refused, or <c>null</c>.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public string? Problem(string path, PackageArtifact artifact) => Judge(path, artifact) is { } problem ? FileName.Show(problem) : null;

    /// <summary>Ends what <see cref="Problem"/> began: the package is installed, or will not be.</summary>
    /// <param name="package">Its name.</param>
    public void Release(string package)
    {
        lock (_places)
            _places.Remove(package);
    }

    private string? Judge(string path, PackageArtifact artifact)
    {
        if (PluginPackage.PluginOf(configuration, artifact.Name) is not { } plugin)
            return $"{artifact.Name} is not the name of a plugin's package";
        if (artifact.Depends.Length > 0 && DebianDependency.ParseField(artifact.Depends) is null)
            return "its dependencies are invalid";
        if (!DebianVersion.IsValid(artifact.Version))
            return "its version is invalid";
        try
        {
            using var file = File.OpenRead(path);
            var (control, data) = PackageFile.Open(file);
            var content = new PackageContent(configuration, plugin.Namespace, plugin.Name);
            foreach (var entry in PackageFile.Entries(data))
            {
                if (content.Add(entry) is { } problem)
                    return problem;
            }

            return content.PrivilegeProblem()
                ?? ControlProblem(control, new PluginIdentity(plugin.Namespace, plugin.Name, artifact.Version), artifact.Depends, content)
                // In this order: one that gives its places up in between has its list by then.
                ?? Take(artifact.Name, content.Places)
                ?? content.Places.OwnerProblem(_owners);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            return e is InvalidDataException ? e.Message : "it is damaged";
        }
    }

    private string? Take(string package, PackagePlaces places)
    {
        lock (_places)
        {
            if (_places.Where(other => other.Key != package).Select(other => places.ConflictWith(other.Value)).FirstOrDefault(problem => problem is not null)
                is { } problem)
            {
                return problem;
            }

            _places[package] = places;
            return null;
        }
    }

    private string? ControlProblem(Stream archive, PluginIdentity plugin, string depends, PackageContent content)
    {
        Dictionary<string, string[]> expected = new()
        {
            ["control"] = [_controlFiles.Control(plugin, depends)],
            ["postinst"] = [_controlFiles.PostInst(plugin)],
            ["prerm"] = [_controlFiles.PreRm(plugin)],
            ["postrm"] = [_controlFiles.PostRm(plugin, formatVersion: 0), _controlFiles.PostRm(plugin, formatVersion: 1)],
        };
        foreach (var entry in PackageFile.Entries(archive))
        {
            var name = entry.Name.TrimStart('.').Trim('/');
            if (entry.EntryType == TarEntryType.Directory && name.Length == 0)
                continue;
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || entry.Length > LimitsConfiguration.Bytes(1))
                return $"its control archive holds {name}, which is no file of a plugin";
            var text = Text(entry);
            if (name == "conffiles")
            {
                if (text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(content.AddConffile).FirstOrDefault(problem => problem is not null) is { } problem)
                    return problem;
            }
            else if (!expected.Remove(name, out var texts) || !texts.Contains(text))
            {
                return $"its {name} is not the one of a plugin";
            }
        }

        return expected.Count == 0 ? null : $"it has no {expected.Keys.First()}";
    }

    /// <summary>The text of a small file, as <see cref="FileName"/> has names that are no text.</summary>
    internal static string Text(PackageEntry entry)
    {
        var bytes = new byte[entry.Length];
        entry.Content.ReadExactly(bytes);
        return FileName.Decode(bytes);
    }
}

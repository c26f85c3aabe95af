using System.Text.RegularExpressions;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Worker.Preparation;

/// <summary>
/// What the replaced service left: it gave everything to its user, and a root that acts on what another user may write is as good as that user.
/// Taken over once, when its package is replaced: what that user writes later is not trusted by asking again.
/// </summary>
/// <param name="configuration">Says where it is, and who that user is.</param>
/// <param name="output">Is told.</param>
internal sealed partial class FormerState(PlugindConfiguration configuration, TextWriter output)
{
    /// <summary>The system's directory of temporary files.</summary>
    public string Temporary { get; init; } = "/tmp";

    /// <summary>Gives root what a worker acts on, and removes the work directories of operations that ended with the service.</summary>
    /// <exception cref="ConfigurationException">Something cannot be changed; what can be is.</exception>
    public void TakeOver()
    {
        if (UnixUser.Find(configuration.User) is not { } former || former == UnixUser.Root)
            return;
        try
        {
            // Once there is a database, operations of this service may be under way there.
            if (!File.Exists(configuration.Operations.Database))
                DeleteWork(former);
            foreach (var tree in (string[])[configuration.HomeDir, configuration.MetadataDir, configuration.BackupRulesDir, configuration.PackagesDir])
                GiveTree(tree);
            foreach (var path in DatabaseFiles())
            {
                GiveTree(path);
                GiveWayTo(path, former);
            }

            foreach (var path in (string[])
                [configuration.HomeDir, configuration.MetadataDir, configuration.BackupRulesDir, configuration.PackagesDir, configuration.DownloadDir, configuration.ExtractDir])
            {
                GiveWayTo(path, former);
            }
        }
        catch (IOException e)
        {
            throw new ConfigurationException(e.Message);
        }
    }

    // With its key, its lock and what is beside it, where this service was here before that one came back.
    private string[] DatabaseFiles()
    {
        var (directory, name) = (Path.GetDirectoryName(configuration.Operations.Database)!, Path.GetFileName(configuration.Operations.Database));
        return Directory.Exists(directory) ? Directory.GetFileSystemEntries(directory, name + "*") : [];
    }

    private void DeleteWork(UnixUser former)
    {
        foreach (var directory in (string[])[configuration.DownloadDir, configuration.ExtractDir])
        {
            foreach (var path in Directory.Exists(directory) ? Directory.GetFileSystemEntries(directory) : [])
                Delete(path);
        }

        // Of the names that Python's tempfile makes. Only directories: others put files of theirs there.
        foreach (var path in Directory.GetDirectories(Temporary).Where(path => NameOfTemporary().IsMatch(Path.GetFileName(path))))
        {
            if (FileStatus.Of(path) is { IsDirectory: true } status && status.Uid == former.Uid)
                Delete(path);
        }
    }

    private void Delete(string path)
    {
        TreeDeletion.Delete(path);
        output.WriteLine($"removed {path}");
    }

    // By handles: a link leads nowhere. Whoever it was given to meanwhile, a worker acts on it as root.
    private void GiveTree(string path)
    {
        var given = 0;
        using (var directory = DirectoryHandle.Open(path))
        {
            foreach (var (parent, name, _) in directory?.Descendants() ?? [])
            {
                if (parent.StatusOf(name)?.Uid == UnixUser.Root.Uid)
                    continue;
                parent.ChangeOwner(name, UnixUser.Root);
                given++;
            }
        }

        if (given > 0)
            output.WriteLine($"gave root {given} entries of {path}");
    }

    // The file or directory and what is above it; what else is there, the keys of ssh for example, stays its user's.
    private void GiveWayTo(string path, UnixUser former)
    {
        for (var part = path; part is not null; part = Path.GetDirectoryName(part))
        {
            if (FileStatus.Of(part) is not { } status || status.Uid != former.Uid)
                continue;
            LibC.ChangeOwner(part, UnixUser.Root);
            output.WriteLine($"gave root {part}");
        }
    }

    [GeneratedRegex(@"\Atmp[a-z0-9_]{8}\z")]
    private static partial Regex NameOfTemporary();
}

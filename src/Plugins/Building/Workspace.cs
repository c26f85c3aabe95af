using WazoPlugind.Platform.Configuration;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Building;

/// <summary>
/// The work directories of one operation. What untrusted code may write to belongs to the user who runs it, and nobody else reads it;
/// the directory above it belongs to neither, so that nothing that this process writes can be led elsewhere by a link.
/// </summary>
public sealed class Workspace
{
    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode Executable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // Who knows a name in it gets there, and nobody else sees what there is.
    private const UnixFileMode Passage = Private | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Names the work directories of an operation; nothing is created.</summary>
    /// <param name="configuration">Where work directories are.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="fetcher">The user who fetches, <c>null</c> for this process's own.</param>
    /// <param name="builder">The user who lays sources out and builds, <c>null</c> for this process's own.</param>
    public Workspace(PlugindConfiguration configuration, Guid operation, UnixUser? fetcher, UnixUser? builder)
    {
        Fetcher = fetcher;
        Builder = builder;
        Operation = Path.Join(configuration.ExtractDir, operation.ToString());
        Root = Path.Join(Operation, "work");
        Download = Path.Join(configuration.DownloadDir, operation.ToString());
    }

    /// <summary>The operation's directory, which nothing but this service sees.</summary>
    public string Operation { get; }

    /// <summary>The directory that holds all others but <see cref="Download"/>.</summary>
    public string Root { get; }

    /// <summary>Where what fetches works, and what a build sees as its git directory.</summary>
    public string Download { get; }

    /// <summary>What was fetched, laid out.</summary>
    public string Tree => Path.Join(Root, "tree");

    /// <summary>HOME of what fetches.</summary>
    public string FetchHome => Path.Join(Root, "fetch");

    /// <summary>HOME of what builds.</summary>
    public string Home => Path.Join(Root, "home");

    /// <summary>TMPDIR of what builds.</summary>
    public string Temporary => Path.Join(Root, "tmp");

    /// <summary>Where the built package is written.</summary>
    public string Output => Path.Join(Root, "output");

    /// <summary>What the service itself puts into the package.</summary>
    public string Package => Path.Join(Root, "package");

    /// <summary>The user who fetches: whoever gets credentials. <c>null</c> for this process's own.</summary>
    public UnixUser? Fetcher { get; }

    /// <summary>The user who lays sources out and builds, <c>null</c> for this process's own.</summary>
    public UnixUser? Builder { get; }

    /// <summary>Held by whoever works on the operation.</summary>
    public string Lock => Path.Join(Operation, "lock");

    /// <summary>What the processes of a plugin's build are known by.</summary>
    public string Mark => Path.GetFileName(Operation);

    private string Marker => Path.Join(Root, "fetched");

    /// <summary>Creates the directories, empty: what an earlier try left is removed.</summary>
    /// <param name="fill">Puts something into them while nobody else has them: no link of anyone leads it elsewhere.</param>
    /// <exception cref="IOException">A directory cannot be created, for example because the disk is full.</exception>
    public void Create(Action? fill = null)
    {
        TreeDeletion.Delete(Root);
        TreeDeletion.Delete(Download);
        CreateDirectory(Operation, Passage);
        CreateDirectory(Root, Passage);
        string[] ofBuilder = [Tree, Home, Temporary, Output], ofFetcher = [FetchHome, Download];
        foreach (var directory in (string[])[.. ofBuilder, .. ofFetcher])
            CreatePrivateDirectory(directory);
        fill?.Invoke();
        foreach (var directory in ofBuilder)
            Give(directory, UnixUser.Own, Builder);
        foreach (var directory in ofFetcher)
            Give(directory, UnixUser.Own, Fetcher);
    }

    /// <summary>Hands what was fetched over to the user who builds.</summary>
    /// <exception cref="IOException">The owner cannot be changed.</exception>
    public void HandOver() => Give(Download, Fetcher ?? UnixUser.Own, Builder);

    /// <summary>Records that the source is complete and as it was fetched.</summary>
    /// <param name="revision">The revision that the tree is at.</param>
    public void MarkTree(string revision) => File.WriteAllText(Marker, revision);

    /// <summary>Takes the source for a build, once: afterwards it does not count as it was fetched any more.</summary>
    /// <param name="revision">The revision that it must be at.</param>
    /// <returns>Whether the source is here, complete, unchanged and at that revision.</returns>
    public bool TakeTree(string revision)
    {
        if (!File.Exists(Marker) || File.ReadAllText(Marker) != revision)
            return false;
        File.Delete(Marker);
        return true;
    }

    /// <summary>Removes what was fetched, which a build had: nothing reads it any more.</summary>
    /// <exception cref="IOException">Something cannot be removed.</exception>
    public void DeleteDownload() => TreeDeletion.Delete(Download);

    /// <summary>Removes everything; nothing happens when there is nothing.</summary>
    /// <exception cref="IOException">Something cannot be removed.</exception>
    public void Delete()
    {
        TreeDeletion.Delete(Download);
        TreeDeletion.Delete(Root);
        if (!Directory.Exists(Operation))
            return;
        // The lock goes last: whoever has the next turn works where nothing is still being deleted, and keeps what is then its own.
        foreach (var file in Directory.GetFiles(Operation).OrderBy(file => file == Lock))
            File.Delete(file);
        try
        {
            Directory.Delete(Operation);
        }
        catch (IOException)
        {
            // A directory that no turn has taken meanwhile holds what no step puts there.
            if (!File.Exists(Lock))
                TreeDeletion.Delete(Operation);
        }
    }

    /// <summary>Writes a file of this process's own.</summary>
    /// <param name="path">Where.</param>
    /// <param name="content">What.</param>
    /// <param name="executable">Whether it is a program.</param>
    internal static void WriteFile(string path, string content, bool executable = false)
    {
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, executable ? Executable : Readable);
    }

    /// <summary>The directories from one down to another, with both.</summary>
    /// <param name="top">The one.</param>
    /// <param name="bottom">The other, below it.</param>
    internal static IEnumerable<string> Between(string top, string bottom) =>
        bottom == top ? [top] : [.. Between(top, Path.GetDirectoryName(bottom)!), bottom];

    /// <summary>Creates a directory that everyone may read.</summary>
    /// <param name="path">Where.</param>
    internal static void CreateDirectory(string path) => CreateDirectory(path, Executable);

    /// <summary>Creates a directory that nobody but its owner sees into.</summary>
    /// <param name="path">Where.</param>
    internal static void CreatePrivateDirectory(string path) => CreateDirectory(path, Private);

    private static void CreateDirectory(string path, UnixFileMode mode)
    {
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, mode);
    }

    // The directory last: until then nobody else gets at what is in it.
    private static void Give(string path, UnixUser owner, UnixUser? newOwner)
    {
        if (newOwner is null || newOwner == owner)
            return;
        using (var directory = DirectoryHandle.Open(path))
        {
            if (directory is not null)
                GiveContent(directory, owner, newOwner);
        }

        if (Environment.IsPrivilegedProcess)
        {
            LibC.ChangeOwner(path, newOwner);
            return;
        }

        // Whoever is not root reads by its group, which nobody has who builds.
        File.SetUnixFileMode(path, Private | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);
        LibC.ChangeOwner(path, newOwner with { Gid = UnixUser.Own.Gid });
    }

    // What is in a directory before itself: it may be its new owner's alone. It is as deep as this service and git make it.
    private static void GiveContent(DirectoryHandle directory, UnixUser owner, UnixUser newOwner)
    {
        foreach (var (name, isDirectory) in directory.Entries())
        {
            if (isDirectory)
            {
                using var below = directory.Open(name);
                if (below is not null)
                    GiveContent(below, owner, newOwner);
            }

            // A link to a file of someone else does not give that away.
            if (directory.StatusOf(name)?.Uid == owner.Uid)
                directory.ChangeOwner(name, newOwner);
        }
    }
}

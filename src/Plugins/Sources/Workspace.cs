using WazoPlugind.Plugins.Configuration;
using WazoPlugind.Plugins.Processes;

namespace WazoPlugind.Plugins.Sources;

/// <summary>
/// The work directories of one operation. What untrusted code may write to belongs to the build user; the directory above it
/// does not, so that nothing that this process writes can be led elsewhere by a link.
/// </summary>
public sealed class Workspace
{
    private const string GitConfigurationText = """
        [safe]
            directory = *
        [core]
            hooksPath = /dev/null
            fsmonitor = false
        [submodule]
            recurse = false
        [maintenance]
            auto = false
        [protocol]
            version = 2

        """;

    private const string AskPassText = """
        #!/bin/sh
        case "$1" in
            Username*) printf '%s\n' "$PLUGIND_GIT_USERNAME" ;;
            *) printf '%s\n' "$PLUGIND_GIT_PASSWORD" ;;
        esac

        """;

    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode Executable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Names the work directories of an operation; nothing is created.</summary>
    /// <param name="configuration">Where work directories are.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="user">The user of builds, <c>null</c> for this process's own.</param>
    public Workspace(PlugindConfiguration configuration, Guid operation, UnixUser? user)
    {
        User = user;
        Timeout = TimeSpan.FromSeconds(configuration.Worker.StepTimeout);
        Operation = Path.Join(configuration.ExtractDir, operation.ToString());
        Root = Path.Join(Operation, "work");
        GitDirectory = Path.Join(configuration.DownloadDir, operation.ToString());
    }

    /// <summary>The operation's directory, which nothing but this service sees.</summary>
    public string Operation { get; }

    /// <summary>The directory that holds all others but the git directory.</summary>
    public string Root { get; }

    /// <summary>The git directory.</summary>
    public string GitDirectory { get; }

    /// <summary>The checked out repository.</summary>
    public string Tree => Path.Join(Root, "tree");

    /// <summary>HOME of what runs here.</summary>
    public string Home => Path.Join(Root, "home");

    /// <summary>TMPDIR of what runs here.</summary>
    public string Temporary => Path.Join(Root, "tmp");

    /// <summary>Where the built package is written.</summary>
    public string Output => Path.Join(Root, "output");

    /// <summary>What the service itself puts into the package.</summary>
    public string Package => Path.Join(Root, "package");

    /// <summary>git's global configuration.</summary>
    public string GitConfiguration => Path.Join(Root, "gitconfig");

    /// <summary>Answers git's questions for credentials.</summary>
    public string AskPass => Path.Join(Root, "askpass");

    /// <summary>The user that everything here runs as, <c>null</c> for this process's own.</summary>
    public UnixUser? User { get; }

    /// <summary>The time that one command may take.</summary>
    public TimeSpan Timeout { get; }

    private string Marker => Path.Join(Root, "fetched");

    /// <summary>Creates the directories, empty: what an earlier try left is removed.</summary>
    /// <exception cref="IOException">A directory cannot be created, for example because the disk is full.</exception>
    public void Create()
    {
        Delete(Root, GitDirectory);
        CreateDirectory(Operation);
        CreateDirectory(Root);
        // git needs no more to take a directory for a repository (gitrepository-layout(5)); "git init" is a process more.
        string[] directories =
            [Tree, Home, Temporary, Output, GitDirectory, Path.Join(GitDirectory, "objects"), Path.Join(GitDirectory, "refs")];
        var (link, head) = (Path.Join(Tree, ".git"), Path.Join(GitDirectory, "HEAD"));
        foreach (var directory in directories)
            CreateDirectory(directory);
        WriteFile(link, $"gitdir: {GitDirectory}\n");
        WriteFile(head, "ref: refs/heads/master\n");
        if (User is not null)
        {
            foreach (var path in (string[])[.. directories, link, head])
                LibC.ChangeOwner(path, User);
        }

        WriteFile(GitConfiguration, GitConfigurationText);
        WriteFile(AskPass, AskPassText, executable: true);
    }

    /// <summary>Records that the source is complete and as it was fetched.</summary>
    /// <param name="commit">The commit that the tree is at.</param>
    public void MarkTree(string commit) => File.WriteAllText(Marker, commit);

    /// <summary>Takes the source for a build, once: afterwards it does not count as it was fetched any more.</summary>
    /// <param name="commit">The commit that it must be at.</param>
    /// <returns>Whether the source is here, complete, unchanged and at that commit.</returns>
    public bool TakeTree(string commit)
    {
        if (!File.Exists(Marker) || File.ReadAllText(Marker) != commit)
            return false;
        File.Delete(Marker);
        return true;
    }

    /// <summary>Removes everything; nothing happens when there is nothing.</summary>
    /// <exception cref="IOException">Something cannot be removed.</exception>
    public void Delete() => Delete(Operation, GitDirectory);

    private static void Delete(params string[] directories)
    {
        foreach (var directory in directories)
            DeleteTree(directory);
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

    // The process's umask must not keep the build user out.
    internal static void CreateDirectory(string path)
    {
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, Executable);
    }

    // A build may take away its own permissions on directories; a process that is not root needs them back first.
    private static void DeleteTree(string directory)
    {
        const int tries = 5;
        for (var attempt = 1; Directory.Exists(directory); attempt++)
        {
            try
            {
                Directory.Delete(directory, recursive: true);
            }
            catch (UnauthorizedAccessException) when (attempt < tries)
            {
                RestorePermissions(directory);
            }
            catch (IOException) when (attempt < tries)
            {
                // Someone else deletes it too, or has put something into it in the meantime.
            }
        }
    }

    private static void RestorePermissions(string directory)
    {
        File.SetUnixFileMode(directory, Executable);
        foreach (var child in Directory.EnumerateDirectories(directory))
        {
            if (new FileInfo(child).LinkTarget is null)
                RestorePermissions(child);
        }
    }
}

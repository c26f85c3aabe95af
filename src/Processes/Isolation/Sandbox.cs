namespace WazoPlugind.Processes.Isolation;

/// <summary>A file system that is read-only but for some directories, with processes of its own that end with the command (bubblewrap).</summary>
public sealed record Sandbox
{
    /// <summary>The program.</summary>
    public const string Program = "/usr/bin/bwrap";

    /// <summary>The directories that may be written to, although a hidden one may hold them.</summary>
    public required IReadOnlyList<string> Writable { get; init; }

    /// <summary>What stands for <c>/tmp</c> and <c>/var/tmp</c>.</summary>
    public required string Temporary { get; init; }

    /// <summary>Files and directories that are not there for the command.</summary>
    public required IReadOnlyList<string> Hidden { get; init; }

    /// <summary>Whether the command has the network.</summary>
    public bool Network { get; init; } = true;

    /// <summary>The command line of bwrap(1); later mounts lie over earlier ones.</summary>
    /// <param name="workingDirectory">Where the command runs.</param>
    internal IEnumerable<string> Arguments(string workingDirectory)
    {
        // Not --die-with-parent: for the kernel the parent is a thread, and those of a pool come and go (prctl(2)). The process
        // group, which is killed, holds the namespace's first process.
        List<string> arguments =
        [
            Program, "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc",
            "--unshare-pid", "--unshare-ipc", "--unshare-uts",
            "--bind", Temporary, "/tmp", "--bind", Temporary, "/var/tmp",
        ];
        if (!Network)
            arguments.Add("--unshare-net");
        // The sandbox has devices of its own; a log may go to one.
        foreach (var path in Hidden.Where(path => !path.StartsWith("/dev/", StringComparison.Ordinal)))
        {
            if (Directory.Exists(path))
                arguments.AddRange(["--tmpfs", path]);
            else if (File.Exists(path))
                arguments.AddRange(["--ro-bind", "/dev/null", path]);
        }

        // bwrap makes what leads to a mount for its own user only.
        foreach (var path in Writable)
            arguments.AddRange(["--perms", "0755", "--dir", Path.GetDirectoryName(path)!, "--bind", path, path]);
        return [.. arguments, "--chdir", workingDirectory, "--"];
    }
}

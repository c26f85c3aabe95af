
namespace WazoPlugind.Processes.Isolation;

/// <summary>What a command that nobody trusts may do beside its own work.</summary>
public sealed record Confinement
{
    // The units of the shell's limits (POSIX), in a megabyte.
    private const long Kilobytes = 1024;
    private const long Blocks = 2048;

    /// <summary>The file system that it sees; <c>null</c> for all of it.</summary>
    public Sandbox? Sandbox { get; init; }

    /// <summary>Megabytes of memory that each of its processes may have.</summary>
    public required int MemoryMegabytes { get; init; }

    /// <summary>Megabytes of a file that it writes.</summary>
    public required int FileMegabytes { get; init; }

    /// <summary>Processes and threads that its user may have when it starts one; <c>null</c> for no limit.</summary>
    public int? Processes { get; init; }

    /// <summary>
    /// What its processes are known by, wherever they go, so that none goes on when the command has ended; <c>null</c> where they may. It stands
    /// in their environment.
    /// </summary>
    public string? Mark { get; init; }

    /// <summary>
    /// What sets the limits, in the shell that becomes the command: a program of its own takes a millisecond. Data, not address space: some
    /// runtimes reserve much and use little. The number of processes has another letter in other shells.
    /// </summary>
    internal string Limits
    {
        get
        {
            var processes = Processes is { } most ? $" && {{ ulimit -p {most} 2> /dev/null || ulimit -u {most}; }}" : "";
            return $"ulimit -d {MemoryMegabytes * Kilobytes} && ulimit -f {FileMegabytes * Blocks} && ulimit -c 0{processes} || exit 126; ";
        }
    }
}

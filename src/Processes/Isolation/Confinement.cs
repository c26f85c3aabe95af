
namespace WazoPlugind.Processes.Isolation;

/// <summary>What a command that nobody trusts may do beside its own work.</summary>
public sealed record Confinement
{
    private const long Megabyte = 1024 * 1024;

    /// <summary>The file system that it sees; <c>null</c> for all of it.</summary>
    public Sandbox? Sandbox { get; init; }

    /// <summary>Megabytes of memory that each of its processes may have.</summary>
    public required int MemoryMegabytes { get; init; }

    /// <summary>Megabytes of a file that it writes.</summary>
    public required int FileMegabytes { get; init; }

    /// <summary>Processes and threads that its user may have when it starts one; <c>null</c> for no limit.</summary>
    public int? Processes { get; init; }

    /// <summary>Whether nothing that it started may outlive it, not even what left its process group.</summary>
    public bool EndsWholly { get; init; }

    /// <summary>The command line of prlimit(1) for the limits. Data, not address space: some runtimes reserve much and use little.</summary>
    internal IEnumerable<string> LimitArguments()
    {
        List<string> arguments = ["prlimit", $"--data={MemoryMegabytes * Megabyte}", $"--fsize={FileMegabytes * Megabyte}", "--core=0"];
        if (Processes is { } processes)
            arguments.Add($"--nproc={processes}");
        return [.. arguments, "--"];
    }
}

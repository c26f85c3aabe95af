using WazoPlugind.Processes.Files;
using WazoPlugind.Processes.Isolation;

namespace WazoPlugind.Processes;

/// <summary>An external command to run: its arguments go to the program as they are, no shell reads them.</summary>
/// <param name="FileName">The program, by path or by name on <see cref="CommandRunner.SearchPath"/>.</param>
/// <param name="Arguments">Its arguments.</param>
public sealed record Command(string FileName, params IReadOnlyList<string> Arguments)
{
    /// <summary>What stands in the place of a secret, wherever something is shown.</summary>
    public const string Blank = "********";

    /// <summary>The directory that it runs in.</summary>
    public string WorkingDirectory { get; init; } = "/";

    /// <summary>Its environment, beside the path and the locale: nothing is inherited.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>After this time it is killed, with all that it started in its group. Infinite for what must not be.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>The user to run it as, without a way to gain privileges; <c>null</c> for the user of this process.</summary>
    public UnixUser? User { get; init; }

    /// <summary>What it may do, when nobody trusts it.</summary>
    public Confinement? Confinement { get; init; }

    /// <summary>Where the command waits for this process, or <c>null</c>.</summary>
    public CommandPause? Pause { get; init; }

    /// <summary>What it reads from its standard input, which ends there; not together with <see cref="Pause"/>.</summary>
    public string Input { get; init; } = "";

    /// <summary>What its output does not show, even where the command repeats it.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>Is given each line that it writes, as its output shows it, once the line is whole; <c>null</c> where nobody reads along.</summary>
    public Action<string>? Printed { get; init; }

    /// <summary>Is called with the id of its process group once it has begun.</summary>
    public Action<int>? Started { get; init; }

    /// <summary>Whether what it started and left in its group goes on: a package's script may start a service.</summary>
    public bool LeavesProcesses { get; init; }
}

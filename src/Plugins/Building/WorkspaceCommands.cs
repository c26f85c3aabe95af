using WazoPlugind.Platform.Configuration;
using WazoPlugind.Platform.Proxies;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Processes;
using WazoPlugind.Processes.Files;
using WazoPlugind.Processes.Isolation;

namespace WazoPlugind.Plugins.Building;

/// <summary>Runs commands in work directories: as the user of builds, within the limits of the configuration, while the disk has room.</summary>
/// <param name="configuration">Says the limits.</param>
/// <param name="commands">Runs the commands.</param>
/// <param name="time">The clock of the look at the disk.</param>
public sealed class WorkspaceCommands(PlugindConfiguration configuration, CommandRunner commands, TimeProvider time)
{
    // A shell's way to say SIGXFSZ.
    private const int FileTooLarge = 128 + 25;

    private readonly ProxyRoutes _proxies = new(configuration.Proxy);

    private Task<bool>? _canSandbox;

    /// <summary>
    /// Whether nothing is built without a sandbox, whatever the configuration says: what a build leaves running only root can find
    /// (proc(5)), and who builds as itself has credentials and work directories within reach.
    /// </summary>
    internal bool IsSandboxed { get; init; } = !Environment.IsPrivilegedProcess;

    /// <summary>How often to look at the disk, which the kernel tells nobody of when it fills up.</summary>
    internal TimeSpan Watch { get; init; } = TimeSpan.FromSeconds(1);

    private long SourceBytes => LimitsConfiguration.Bytes(configuration.Limits.SourceMegabytes);

    /// <summary>What is said of a source that is too large.</summary>
    public string TooLarge =>
        $"the source has more than {configuration.Limits.SourceMegabytes} MB (limits.source_megabytes) "
        + $"or {configuration.Limits.SourceFiles} files (limits.source_files)";

    /// <summary>Runs what fetches a source or lays it out.</summary>
    /// <param name="workspace">The work directories.</param>
    /// <param name="command">The command, as the workspace's fetcher or its builder.</param>
    /// <param name="problem">Says now and then why it has to end.</param>
    /// <param name="progress">Says when it has to end.</param>
    public async Task<CommandResult> RunSourceAsync(Workspace workspace, Command command, Func<string?>? problem, IStepProgress progress)
    {
        var confined = command with
        {
            WorkingDirectory = workspace.Root,
            Confinement = new Confinement
            {
                MemoryMegabytes = configuration.Build.MemoryMegabytes,
                FileMegabytes = configuration.Limits.SourceMegabytes,
            },
        };
        var result = await RunAsync(workspace, confined, () => SourceProblem(workspace) ?? problem?.Invoke(), progress);
        // The kernel ends what writes more than the limit into one file: perhaps a part of git, whose words for that name no limit.
        var isFull = result.ExitCode == FileTooLarge || (!result.Succeeded && result.Problem is null && IsTooLarge(workspace, SourceBytes - 1));
        return isFull ? result with { Problem = TooLarge } : result;
    }

    /// <summary>Runs a plugin's own code: in a sandbox where there is one, and nothing of it goes on afterwards.</summary>
    /// <param name="workspace">The work directories.</param>
    /// <param name="command">The command.</param>
    /// <param name="progress">Says when it has to end.</param>
    public async Task<CommandResult> RunPluginAsync(Workspace workspace, Command command, IStepProgress progress)
    {
        var build = configuration.Build;
        var sandboxed = (build.Sandbox != BuildConfiguration.None || IsSandboxed)
            && await LazyInitializer.EnsureInitialized(ref _canSandbox, () => CanSandboxAsync(workspace.Builder));
        if (!sandboxed && (build.RequiresSandbox || IsSandboxed))
        {
            var who = IsSandboxed ? "a builder that is not root builds in a sandbox only" : "the configuration wants a sandbox for builds";
            return new CommandResult(1, "", TimedOut: false, $"{who}, and {Sandbox.Program} does not work here");
        }

        var confined = command with
        {
            User = workspace.Builder,
            // Who has no network needs no way out, and no credentials for it.
            Environment = build.Network ? command.Environment.Concat(_proxies.Variables).ToDictionary() : command.Environment,
            Secrets = [.. command.Secrets, .. _proxies.Secrets],
            Printed = progress.Print,
            Confinement = new Confinement
            {
                Sandbox = sandboxed ? SandboxOf(workspace) : null,
                MemoryMegabytes = build.MemoryMegabytes,
                FileMegabytes = build.FileMegabytes,
                Processes = build.Processes,
                Mark = workspace.Mark,
            },
        };
        return await RunAsync(workspace, confined, problem: null, progress);
    }

    /// <summary>Why a source is too large, as far as it has come, or <c>null</c>.</summary>
    /// <param name="workspace">The work directories.</param>
    public string? SourceProblem(Workspace workspace) => IsTooLarge(workspace, SourceBytes) ? TooLarge : null;

    /// <summary>Why nothing more may be written, or <c>null</c>.</summary>
    /// <param name="workspace">The work directories.</param>
    public string? DiskProblem(Workspace workspace) => ((string[])[workspace.Root, workspace.Download])
        .Where(directory => new DriveInfo(directory).AvailableFreeSpace < LimitsConfiguration.Bytes(configuration.Limits.FreeMegabytes))
        .Select(directory => $"the disk of {directory} has less than {configuration.Limits.FreeMegabytes} MB left")
        .FirstOrDefault();

    private bool IsTooLarge(Workspace workspace, long bytes) =>
        TreeSize.Exceeds(workspace.Tree, configuration.Limits.SourceFiles, bytes) || TreeSize.Exceeds(workspace.Download, int.MaxValue, bytes);

    // As whoever makes the sandbox of builds.
    private async Task<bool> CanSandboxAsync(UnixUser? builder)
    {
        if (!File.Exists(Sandbox.Program))
            return false;
        var probe = new Command(Sandbox.Program, "--ro-bind", "/", "/", "--proc", "/proc", "--unshare-pid", "--", "true")
        {
            User = Environment.IsPrivilegedProcess ? null : builder,
        };
        return (await commands.RunAsync(probe, CancellationToken.None)).Succeeded;
    }

    private Sandbox SandboxOf(Workspace workspace) => new()
    {
        Writable = [workspace.Root, workspace.Download],
        Temporary = workspace.Temporary,
        Network = configuration.Build.Network,
        Hidden = configuration.PrivatePaths(),
    };

    private async Task<CommandResult> RunAsync(Workspace workspace, Command command, Func<string?>? problem, IStepProgress progress)
    {
        if (DiskProblem(workspace) is { } full)
            return new CommandResult(1, "", TimedOut: false, full);
        string? found = null;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(progress.Cancellation);
        await using var timer = time.CreateTimer(
            _ =>
            {
                found ??= DiskProblem(workspace) ?? problem?.Invoke();
                if (found is not null)
                    stop.Cancel();
            },
            state: null,
            Watch,
            Watch);
        try
        {
            var result = await commands.RunAsync(command with { Timeout = progress.Remaining }, stop.Token);
            return result.ExitCode == FileTooLarge
                ? result with { Problem = $"a file grew beyond {command.Confinement!.FileMegabytes} MB" }
                : result;
        }
        catch (OperationCanceledException) when (found is not null && !progress.Cancellation.IsCancellationRequested)
        {
            return new CommandResult(1, "", TimedOut: false, found);
        }
    }
}

using WazoPlugind.Messages;
using WazoPlugind.Plugins.Operations;
using WazoPlugind.Plugins.Processes;

namespace WazoPlugind.Plugins.Installation;

/// <summary>Runs dpkg and apt-get, without questions and without interruption.</summary>
/// <param name="commands">Runs the commands.</param>
public sealed class PackageManager(CommandRunner commands) : IDisposable
{
    private static readonly string[] DpkgOptions = ["--force-confdef", "--force-confold"];

    private static readonly string[] AptOptions =
    [
        "-q", "-y", "-o", "DPkg::Lock::Timeout=60", "-o", "Dpkg::Options::=--force-confdef", "-o", "Dpkg::Options::=--force-confold",
    ];

    private static readonly Dictionary<string, string> Environment = new()
    {
        ["DEBIAN_FRONTEND"] = "noninteractive",
        ["HOME"] = "/root",
    };

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Waits until no one else in this process changes the machine's packages.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>Ends the turn when it is disposed of.</returns>
    public async Task<IDisposable> TakeTurnAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        return new Turn(_turn);
    }

    /// <summary>Installs packages whose dependencies are all there, in one run. One that fails does not keep the others from it.</summary>
    /// <param name="paths">The .deb files.</param>
    public Task<CommandResult> InstallAsync(IEnumerable<string> paths) => DpkgAsync(["--install", .. paths]);

    /// <summary>Configures a package that is unpacked.</summary>
    /// <param name="package">Its name.</param>
    public Task<CommandResult> ConfigureAsync(string package) => DpkgAsync("--configure", package);

    /// <summary>Installs a package and the Debian packages that it needs.</summary>
    /// <param name="path">The .deb file.</param>
    public Task<CommandResult> InstallWithDependenciesAsync(string path) =>
        AptAsync("--no-install-recommends", "--reinstall", "--allow-downgrades", "install", path);

    /// <summary>Updates the lists of what can be installed.</summary>
    public Task<CommandResult> UpdateListsAsync() => AptAsync("update");

    /// <summary>Removes packages, in one run.</summary>
    /// <param name="packages">Their names.</param>
    public Task<CommandResult> RemoveAsync(IEnumerable<string> packages) => DpkgAsync(["--remove", .. packages]);

    /// <summary>Removes a package with its conffiles, also one that was not installed to the end.</summary>
    /// <param name="package">Its name.</param>
    public Task<CommandResult> PurgeAsync(string package) => DpkgAsync("--force-remove-reinstreq", "--purge", package);

    /// <summary>Lets a command that failed because another package manager was at work be tried again.</summary>
    /// <param name="result">What became of it.</param>
    /// <param name="error">Makes the step's error; it is given the reason.</param>
    /// <exception cref="TransientStepException">Another package manager is at work.</exception>
    public static void ThrowIfLocked(CommandResult result, Func<string, OperationError> error)
    {
        const string reason = "another package manager is at work";
        if (WasLocked(result))
            throw new TransientStepException(error(reason), reason);
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    /// <summary>Whether a command failed because another package manager was at work.</summary>
    /// <param name="result">What became of it.</param>
    public static bool WasLocked(CommandResult result) =>
        !result.Succeeded
        && (result.Output.Contains("lock was locked by another process", StringComparison.Ordinal)
            || result.Output.Contains("Could not get lock", StringComparison.Ordinal));

    private Task<CommandResult> DpkgAsync(params IEnumerable<string> arguments) => RunAsync("dpkg", [.. DpkgOptions, .. arguments]);

    private Task<CommandResult> AptAsync(params IEnumerable<string> arguments) => RunAsync("apt-get", [.. AptOptions, .. arguments]);

    // Neither a time limit nor a cancellation: a package manager that is killed leaves the machine's packages broken.
    private Task<CommandResult> RunAsync(string program, string[] arguments) => commands.RunAsync(
        new Command(program, arguments)
        {
            Environment = Environment,
            Timeout = Timeout.InfiniteTimeSpan,
            LeavesProcesses = true,
        },
        CancellationToken.None);

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}

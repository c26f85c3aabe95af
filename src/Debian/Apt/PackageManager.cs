using WazoPlugind.Debian.Database;
using WazoPlugind.Processes;

namespace WazoPlugind.Debian.Apt;

/// <summary>
/// Runs dpkg and apt-get, without questions and without interruption, and only while nobody else changes the machine's packages.
/// Everything but the turns and the lists may throw <see cref="PackageManagerBusyException"/>; nothing was done then.
/// </summary>
/// <param name="commands">Runs the commands.</param>
/// <param name="dpkg">Knows what they change.</param>
/// <param name="time">The clock of waiting.</param>
/// <param name="environment">More of the commands' environment: the way to a proxy, which the scripts of packages get too.</param>
/// <param name="secrets">What of it their output does not show.</param>
public sealed class PackageManager(
    CommandRunner commands,
    DpkgStatus dpkg,
    TimeProvider time,
    IReadOnlyDictionary<string, string>? environment = null,
    IReadOnlyList<string>? secrets = null)
    : IDisposable
{
    private static readonly TimeSpan LockWait = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LockInterval = TimeSpan.FromMilliseconds(100);

    private static readonly string[] DpkgOptions = ["--force-confdef", "--force-confold"];

    private static readonly string[] AptOptions =
    [
        "-q", "-y", "-o", "DPkg::Lock::Timeout=60", "-o", "Dpkg::Options::=--force-confdef", "-o", "Dpkg::Options::=--force-confold",
    ];

    private readonly Dictionary<string, string> _environment = new(environment ?? new Dictionary<string, string>())
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

    /// <summary>Waits until no other process is at work on the machine's packages: what is read of them before means nothing.</summary>
    /// <param name="wait">For how long at most.</param>
    public async Task WaitUntilFreeAsync(TimeSpan wait)
    {
        var start = time.GetTimestamp();
        while (DpkgLock.IsHeld(dpkg.Directory))
            await PauseAsync(start, wait);
    }

    /// <summary>Installs packages whose dependencies are all there, in one run. One that fails does not keep the others from it.</summary>
    /// <param name="paths">The .deb files.</param>
    /// <param name="printed">Is given each line of dpkg's output as it comes; <c>null</c> where nobody reads along.</param>
    public Task<CommandResult> InstallAsync(IEnumerable<string> paths, Action<string>? printed = null) => DpkgAsync(printed, ["--install", .. paths]);

    /// <summary>Configures a package that is unpacked.</summary>
    /// <param name="package">Its name.</param>
    /// <param name="printed">Is given each line of dpkg's output as it comes; <c>null</c> where nobody reads along.</param>
    public Task<CommandResult> ConfigureAsync(string package, Action<string>? printed = null) => DpkgAsync(printed, "--configure", package);

    /// <summary>Installs a package and the Debian packages that it needs; whether those that they recommend come too, apt's configuration says.</summary>
    /// <param name="path">The .deb file.</param>
    /// <param name="printed">Is given each line of apt-get's output as it comes; <c>null</c> where nobody reads along.</param>
    public async Task<CommandResult> InstallWithDependenciesAsync(string path, Action<string>? printed = null)
    {
        await MergeJournalAsync();
        await WaitUntilFreeAsync(LockWait);
        var before = dpkg.Packages;
        var result = await AptAsync(printed, "--reinstall", "--allow-downgrades", "install", path);
        // apt-get fails with one exit code, whatever the reason; where dpkg has changed anything, it was not the lock.
        var wasBusy = !result.Succeeded && dpkg.Packages == before && (DpkgLock.IsHeld(dpkg.Directory) || DpkgLock.IsNamedIn(result.Output));
        return wasBusy ? throw new PackageManagerBusyException() : result;
    }

    /// <summary>Updates the lists of what can be installed.</summary>
    /// <param name="printed">Is given each line of apt-get's output as it comes; <c>null</c> where nobody reads along.</param>
    public Task<CommandResult> UpdateListsAsync(Action<string>? printed = null) => AptAsync(printed, "update");

    /// <summary>Finds out what apt-get would do for what is needed, with the lists that there are. It waits for nobody, needs no root, changes nothing.</summary>
    /// <param name="depends">What is needed, as in a Depends field.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="printed">Is given each line that apt-get writes for people.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What apt-get said, and what it would do; <c>null</c> where it cannot.</returns>
    public async Task<(CommandResult Result, AptChanges? Changes)> SimulateAsync(
        string depends, TimeSpan limit, Action<string> printed, CancellationToken cancellationToken)
    {
        var simulation = await SatisfyAsync("--simulate", printed);
        if (!simulation.Succeeded)
            return (simulation, null);
        var addresses = await SatisfyAsync("--print-uris", printed: null);
        return (addresses, addresses.Succeeded ? AptChanges.Of(simulation.Output, addresses.Output) : null);

        Task<CommandResult> SatisfyAsync(string option, Action<string>? printed) => commands.RunAsync(
            new Command("apt-get", [.. AptOptions, "-o", "Debug::NoLocking=true", option, "satisfy", "--", depends])
            {
                Environment = _environment,
                Secrets = secrets ?? [],
                Timeout = limit,
                Printed = printed,
            },
            cancellationToken);
    }

    /// <summary>Removes packages, in one run.</summary>
    /// <param name="packages">Their names.</param>
    /// <param name="printed">Is given each line of dpkg's output as it comes; <c>null</c> where nobody reads along.</param>
    public Task<CommandResult> RemoveAsync(IEnumerable<string> packages, Action<string>? printed = null) => DpkgAsync(printed, ["--remove", .. packages]);

    /// <summary>Removes a package, also one that was not unpacked to the end.</summary>
    /// <param name="package">Its name.</param>
    /// <param name="purge">Whether its conffiles go too.</param>
    /// <param name="printed">Is given each line of dpkg's output as it comes; <c>null</c> where nobody reads along.</param>
    public Task<CommandResult> ForceRemoveAsync(string package, bool purge, Action<string>? printed = null) =>
        DpkgAsync(printed, "--force-remove-reinstreq", purge ? "--purge" : "--remove", package);

    /// <summary>Says what a package should be, as dpkg does where it begins with one that it then refuses.</summary>
    /// <param name="package">Its name.</param>
    /// <param name="selection">The first word of its status.</param>
    public Task<CommandResult> SelectAsync(string package, string selection) =>
        LockedAsync(printed: null, "sh", "-c", "echo \"$1 $2\" | dpkg --set-selections", "select", package, selection);

    /// <summary>
    /// Merges the journal of a dpkg that died: until then apt-get does nothing. Selecting nothing merges it and configures nothing.
    /// </summary>
    public async Task MergeJournalAsync()
    {
        if (dpkg.HasJournal)
            await DpkgAsync(printed: null, "--set-selections");
    }

    /// <summary>Runs the postinst of a package that is configured without having been run, as dpkg would.</summary>
    /// <param name="package">The package.</param>
    /// <param name="script">The script.</param>
    /// <param name="limit">How long it may take.</param>
    public async Task<CommandResult> RunPostInstAsync(DpkgPackage package, string script, TimeSpan limit)
    {
        using var held = await TakeLockAsync();
        return await RunAsync(script, ["configure", package.Version], limit, new Dictionary<string, string>(_environment)
        {
            ["DPKG_FRONTEND_LOCKED"] = "true",
            ["DPKG_MAINTSCRIPT_PACKAGE"] = package.Name,
            ["DPKG_MAINTSCRIPT_NAME"] = "postinst",
            ["DPKG_MAINTSCRIPT_ARCH"] = package.Architecture,
            ["DPKG_ADMINDIR"] = dpkg.Directory,
            ["DPKG_ROOT"] = "",
        }, printed: null);
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private Task<CommandResult> DpkgAsync(Action<string>? printed, params IEnumerable<string> arguments) =>
        LockedAsync(printed, "dpkg", [.. DpkgOptions, .. arguments]);

    // Neither a time limit nor a cancellation: a package manager that is killed leaves the machine's packages broken.
    private Task<CommandResult> AptAsync(Action<string>? printed, params IEnumerable<string> arguments) =>
        RunAsync("apt-get", [.. AptOptions, .. arguments], Timeout.InfiniteTimeSpan, _environment, printed);

    private async Task<CommandResult> LockedAsync(Action<string>? printed, string program, params string[] arguments)
    {
        using var held = await TakeLockAsync();
        var result = await RunAsync(
            program, arguments, Timeout.InfiniteTimeSpan, new Dictionary<string, string>(_environment) { ["DPKG_FRONTEND_LOCKED"] = "true" }, printed);
        // A dpkg that another one's end had left could still come first. What a package's script says is another exit code.
        return result.ExitCode == 2 && DpkgLock.IsNamedIn(result.Output) ? throw new PackageManagerBusyException() : result;
    }

    private async Task<DpkgLock> TakeLockAsync()
    {
        var start = time.GetTimestamp();
        while (true)
        {
            if (DpkgLock.TryTake(dpkg.Directory) is { } taken)
                return taken;
            await PauseAsync(start, LockWait);
        }
    }

    private async Task PauseAsync(long start, TimeSpan wait)
    {
        if (time.GetElapsedTime(start) >= wait)
            throw new PackageManagerBusyException();
        await Task.Delay(LockInterval, time);
    }

    private Task<CommandResult> RunAsync(
        string program, IReadOnlyList<string> arguments, TimeSpan limit, IReadOnlyDictionary<string, string> variables, Action<string>? printed) =>
        commands.RunAsync(
            new Command(program, arguments) { Environment = variables, Secrets = secrets ?? [], Timeout = limit, LeavesProcesses = true, Printed = printed },
            CancellationToken.None);

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}

using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;

namespace WazoPlugind.Hosting;

/// <summary>
/// Tells systemd that the program runs, twice as often as it wants to hear it (<c>WatchdogSec=</c>): one whose threads are all stuck is restarted.
/// </summary>
/// <param name="interval">How often to tell it.</param>
/// <param name="notifier">Tells it.</param>
/// <param name="time">The clock.</param>
internal sealed class SystemdWatchdog(TimeSpan interval, ISystemdNotifier notifier, TimeProvider time) : IHostedService, IDisposable
{
    private static readonly ServiceState Alive = new("WATCHDOG=1");

    private ITimer? _timer;

    /// <summary>How often systemd has to be told.</summary>
    /// <param name="environment">Gives environment variables.</param>
    /// <returns>Half of the time that it waits, or <c>null</c> where it does not want to be told by this process.</returns>
    public static TimeSpan? IntervalOf(Func<string, string?> environment)
    {
        // sd_watchdog_enabled(3)
        if (environment("WATCHDOG_PID") is { Length: > 0 } process && process != Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            return null;
        return long.TryParse(environment("WATCHDOG_USEC"), CultureInfo.InvariantCulture, out var microseconds) && microseconds > 1
            ? TimeSpan.FromMicroseconds(microseconds / 2)
            : null;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // On the threads of the pool, as all work of the program is.
        _timer = time.CreateTimer(_ => notifier.Notify(Alive), state: null, interval, interval);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();
}

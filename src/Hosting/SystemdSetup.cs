using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;

namespace WazoPlugind.Hosting;

/// <summary>Lets systemd know how a program does (sd_notify(3)).</summary>
public static class SystemdSetup
{
    /// <summary>Tells systemd when the program has started and when it stops, and now and then that it runs, where the unit wants that.</summary>
    /// <param name="services">The process's services.</param>
    public static void AddPlugindSystemd(this IServiceCollection services)
    {
        // Not AddSystemd: that asks /proc who started the program, which a unit may hide (ProtectProc=).
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 0 })
            return;
        services.AddSingleton<ISystemdNotifier>(_ => new SystemdNotifier());
        services.AddSingleton<IHostLifetime, SystemdLifetime>();
        if (SystemdWatchdog.IntervalOf(Environment.GetEnvironmentVariable) is { } interval)
            services.AddHostedService(provider => ActivatorUtilities.CreateInstance<SystemdWatchdog>(provider, interval));
    }
}

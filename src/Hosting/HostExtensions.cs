using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace WazoPlugind.Hosting;

/// <summary>Runs a program's host.</summary>
public static class HostExtensions
{
    private static readonly TimeSpan Disposal = TimeSpan.FromSeconds(2);

    /// <summary>Runs a host until it is told to stop, which may be before it has started, and disposes of it.</summary>
    /// <param name="host">The host.</param>
    /// <exception cref="TimeoutException">
    /// It does not stop: the host waits for its services for ever, whatever its <see cref="HostOptions.ShutdownTimeout"/>.
    /// </exception>
    public static async Task RunUntilStoppedAsync(this IHost host)
    {
        var limit = host.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout + Disposal;
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var lifetime = host.Services.GetRequiredService<IHostApplicationLifetime>();
        await using var registration = lifetime.ApplicationStopping.Register(stopping.SetResult);
        var run = host.RunAsync();
        _ = MemoryRelease.RunAsync(lifetime.ApplicationStopping);
        await Task.WhenAny(run, stopping.Task);
        try
        {
            await run.WaitAsync(limit);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // It was told so before it had started, and that is how its start ends.
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The program does not stop within {limit.TotalSeconds} seconds; it ends.");
        }
    }
}

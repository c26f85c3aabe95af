using System.Diagnostics;

namespace WazoPlugind.Bench;

/// <summary>Runs commands.</summary>
internal static class Shell
{
    /// <summary>Runs a command, and gives its output.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<string> RunAsync(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = new Process { StartInfo = start };
        process.Start();
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {output}{await errors}");
    }

    /// <summary>Runs a shell's script, and gives the milliseconds that it took.</summary>
    public static async Task<double> TimeAsync(string script, params IEnumerable<string> arguments)
    {
        var started = Stopwatch.GetTimestamp();
        await RunAsync("sh", ["-e", "-c", script, "sh", .. arguments]);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}

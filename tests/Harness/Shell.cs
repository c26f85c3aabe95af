using System.Diagnostics;

namespace WazoPlugind.Harness;

/// <summary>Runs the commands that are prepared, checked and compared with.</summary>
public static class Shell
{
    /// <summary>Runs a command, and gives its output.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<string> RunAsync(string program, params IEnumerable<string> arguments)
    {
        var (exitCode, output) = await TryAsync(program, arguments);
        return exitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: exit code {exitCode}\n{output}");
    }

    /// <summary>Runs a command, and gives its exit code and what it wrote, errors last.</summary>
    public static async Task<(int ExitCode, string Output)> TryAsync(string program, params IEnumerable<string> arguments)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        process.Start();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>Runs a shell's script, and gives the milliseconds that it took.</summary>
    public static async Task<double> TimeAsync(string script, params IEnumerable<string> arguments)
    {
        var started = Stopwatch.GetTimestamp();
        await RunAsync("sh", ["-e", "-c", script, "sh", .. arguments]);
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}

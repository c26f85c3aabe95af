using System.Diagnostics;
using System.Reflection;
using System.Text;

namespace WazoPlugind.Harness;

/// <summary>One of the programs, run as its users run it.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    private readonly StringBuilder _output = new();
    private readonly Process _process;

    private ServiceProcess(Process process) => _process = process;

    /// <summary>The platform's UUID, which all programs are given.</summary>
    public const string PlatformUuid = "cd030e68-ace9-4ad4-bc4e-13c8dec67898";

    public static string Repository => Metadata("Repository");

    public int Id => _process.Id;

    /// <summary>The time of processors that it has had.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public static ServiceProcess Start(string project, string program, params string[] arguments) => Start(project, program, fault: null, arguments);

    /// <summary>Starts a program that ends at a point, as a power failure would end it. The checkout need not be root's.</summary>
    public static ServiceProcess Start(string project, string program, string? fault, string[] arguments) =>
        Start([.. CommandOf(project, program), "--trust-writable-files", .. arguments], fault);

    /// <summary>The command line that starts a program, without its arguments.</summary>
    public static string[] CommandOf(string project, string program) =>
        Environment.GetEnvironmentVariable("PLUGIND_PROGRAMS") is { Length: > 0 } programs
            ? [Path.Join(programs, program)]
            : ["dotnet", Path.Join(Repository, "src", project, "bin", Metadata("Configuration"), "net10.0", program + ".dll")];

    /// <summary>Starts a command.</summary>
    public static ServiceProcess Start(string[] command, string? fault = null)
    {
        // The strictest umask that a machine may have: nothing of what they share may depend on it.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "umask 077; exec \"$@\"", "sh", .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["XIVO_UUID"] = PlatformUuid, ["WAZO_VERSION"] = "17.10", ["PLUGIND_FAULT"] = fault },
        };
        var process = new Process { StartInfo = start };
        var service = new ServiceProcess(process);
        process.OutputDataReceived += service.Keep;
        process.ErrorDataReceived += service.Keep;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return service;
    }

    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return _process.ExitCode;
    }

    public async Task StopAsync()
    {
        if (!_process.HasExited)
            await Shell.RunAsync("kill", "-TERM", _process.Id.ToString());
        await WaitAsync();
    }

    /// <summary>Ends it without a warning, as a power failure would.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await WaitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync();
        }
        finally
        {
            if (!_process.HasExited)
                _process.Kill();
            _process.Dispose();
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
            _output.AppendLine(line.Data);
    }

    private static string Metadata(string key) => typeof(ServiceProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == key).Value!;
}

using System.Diagnostics;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Harness;

/// <summary>A directory that is gone after the test.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("plugind-test-").FullName;

    public string Write(string name, string content)
    {
        var path = System.IO.Path.Join(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Does in it what a shell does best.</summary>
    public void Run(string shell)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-ec", shell]) { WorkingDirectory = Path })!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{shell}: exit code {process.ExitCode}");
    }

    public void Dispose() => TreeDeletion.Delete(Path);
}

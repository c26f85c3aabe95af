using System.Diagnostics;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Plugins.Tests;

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
        Assert.Equal(0, process.ExitCode);
    }

    public void Dispose() => TreeDeletion.Delete(Path);
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using WazoPlugind.Harness;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Plugins.Sources.Archive;
using WazoPlugind.Processes;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Tests.Sources.Archive;

/// <summary>Fetches real archives as the worker does: the real source, the real commands, a work directory of its own.</summary>
public abstract class ArchiveSourceTest : IDisposable
{
    protected ArchiveSourceTest()
    {
        Configuration = new PlugindConfiguration
        {
            DownloadDir = Path.Join(Files.Path, "downloads"),
            ExtractDir = Path.Join(Files.Path, "tmp"),
        };
        Directory.CreateDirectory(Configuration.DownloadDir);
        Directory.CreateDirectory(Configuration.ExtractDir);
        Directory.CreateDirectory(Path.Join(Files.Path, "archives"));
        File.SetUnixFileMode(Files.Path, (UnixFileMode)0b111_101_101);
    }

    protected TemporaryDirectory Files { get; } = new();

    protected PlugindConfiguration Configuration { get; set; }

    protected Workspace Workspace { get; private set; } = null!;

    protected SourcePatience Patience { get; set; } = new(TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1));

    protected X509Certificate2Collection? Authorities { get; set; }

    protected SourceHosts Hosts { get; } = new(TimeProvider.System);

    protected TestProgress Progress { get; set; } = new();

    /// <summary>A part of the machine's, in place of its own.</summary>
    protected UnixUser? User { get; set; }

    public void Dispose()
    {
        Files.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes a file, <c>archives/NAME</c>, by a shell whose <c>$archive</c> it is.</summary>
    protected string Make(string name, string shell)
    {
        var path = Path.Join(Files.Path, "archives", name);
        Files.Run($"archive={path}\n{shell}");
        return path;
    }

    /// <summary>Makes an archive by Python, which writes what no tool would: <c>path</c> is its name.</summary>
    protected string Program(string name, string python)
    {
        var script = Files.Write("make.py", $"import io, tarfile, zipfile, stat\npath = {Python(Path.Join(Files.Path, "archives", name))}\n{python}\n");
        return Make(name, $"python3 {script}");
    }

    protected static string HashOf(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    protected ArchiveSource Source()
    {
        var commands = new WorkspaceCommands(Configuration, new CommandRunner(TimeProvider.System), TimeProvider.System) { Watch = TimeSpan.FromMilliseconds(100) };
        var policy = new SourcePolicy(Configuration);
        var credentials = new SourceCredentials(Configuration, NullLogger<SourceCredentials>.Instance);
        var download = new ArchiveDownload(Configuration, policy, credentials, Hosts, TimeProvider.System) { Patience = Patience, Authorities = Authorities };
        Workspace = new Workspace(Configuration, Guid.NewGuid(), User, User);
        return new ArchiveSource(Configuration, policy, Hosts, download, new ArchiveUnpacker(Configuration, commands), commands);
    }

    protected Task<StepResult<SourceRevision>> FetchAsync(string url, string hash) =>
        Source().FetchAsync(new InstallOptions { Url = url, Sha256 = hash }, revision: null, Workspace, Progress);

    /// <summary>Fetches and unpacks a file of this machine.</summary>
    protected async Task<StepResult<SourceRevision>> UnpackAsync(string path)
    {
        var source = Source();
        var fetched = await source.FetchAsync(new InstallOptions { Url = "file://" + path, Sha256 = HashOf(path) }, revision: null, Workspace, Progress);
        Assert.True(fetched.Succeeded, fetched.Failure?.Reason);
        return await source.ExtractAsync(fetched.Value, Workspace, Progress);
    }

    protected async Task<string> ReasonAsync(string path) => (await UnpackAsync(path)).Failure?.Reason ?? "";

    private static string Python(string text) => $"'{text}'";
}

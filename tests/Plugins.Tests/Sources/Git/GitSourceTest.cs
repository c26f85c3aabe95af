using WazoPlugind.Harness;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Plugins.Sources.Git;
using WazoPlugind.Processes;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Tests.Sources.Git;

/// <summary>The servers of all tests of git, which run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SharedGitServers : ICollectionFixture<GitServers>
{
    public const string Name = "git";
}

/// <summary>Fetches from real servers as the worker does: the real source, the real commands, a work directory of its own.</summary>
public abstract class GitSourceTest : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    protected GitSourceTest(GitServers servers)
    {
        Servers = servers;
        Configuration = new PlugindConfiguration { DownloadDir = Path.Join(_directory.Path, "downloads"), ExtractDir = Path.Join(_directory.Path, "tmp") };
        Directory.CreateDirectory(Configuration.DownloadDir);
        Directory.CreateDirectory(Configuration.ExtractDir);
        File.SetUnixFileMode(_directory.Path, (UnixFileMode)0b111_101_101);
    }

    protected GitServers Servers { get; }

    protected PlugindConfiguration Configuration { get; set; }

    protected Workspace Workspace { get; private set; } = null!;

    protected SourcePatience Patience { get; set; } = new(TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1));

    protected string SshOptions { get; set; } = "-F none";

    protected TestProgress Progress { get; } = new();

    protected LogLines<SourceCredentials> Log { get; } = new();

    protected SourceHosts Hosts { get; } = new(TimeProvider.System);

    /// <summary>A part of the machine's, in place of its own.</summary>
    protected UnixUser? User { get; set; }

    /// <summary>The user of checkouts and builds, where it is another one.</summary>
    protected UnixUser? Builder { get; set; }

    protected WorkspaceCommands Commands { get; private set; } = null!;

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    protected string Write(string name, string content) => _directory.Write(name, content);

    protected GitSource Source()
    {
        Commands = new WorkspaceCommands(Configuration, new CommandRunner(TimeProvider.System), TimeProvider.System) { Watch = TimeSpan.FromMilliseconds(100) };
        var policy = new SourcePolicy(Configuration);
        var git = new GitCommands(Configuration, policy, Commands, new SourceCredentials(Configuration, Log), Hosts, TimeProvider.System)
        {
            Patience = Patience,
            SshOptions = SshOptions,
            // What update-ca-certificates does for the machine.
            MoreConfiguration = $"[http]\n    sslCAInfo = {Servers.Authority}\n",
        };
        Workspace = new Workspace(Configuration, Guid.NewGuid(), User, Builder ?? User);
        return new GitSource(policy, git, Commands, Hosts);
    }

    protected Task<StepResult<SourceRevision>> FetchAsync(string url, string? reference = null) => Source().FetchAsync(
        new InstallOptions { Url = url, Ref = reference }, revision: null, Workspace, Progress);

    /// <summary>Whether the source says that there is nothing newer than a commit.</summary>
    protected async Task<bool> IsNewestAsync(InstallOptions options, string commit)
    {
        var candidate = new UpdateCandidate(new PluginReference("x", "a"), new PluginOrigin(InstallMethods.Git, options), commit);
        return (await Source().FindNewerAsync([candidate], Workspace, Progress)).Value!.Count == 0;
    }

    /// <summary>Fetches and checks out, and gives what the file of the repository has.</summary>
    protected async Task<string> FetchFileAsync(string url, string? reference = null)
    {
        var source = Source();
        var fetched = await source.FetchAsync(new InstallOptions { Url = url, Ref = reference }, revision: null, Workspace, Progress);
        Assert.True(fetched.Succeeded, fetched.Failure?.Reason);
        return await FileOfAsync(source, fetched.Value);
    }

    protected async Task<string> FileOfAsync(GitSource source, SourceRevision fetched)
    {
        var checkedOut = await source.ExtractAsync(fetched, Workspace, Progress);
        Assert.True(checkedOut.Succeeded, checkedOut.Failure?.Reason);
        return (await File.ReadAllTextAsync(Path.Join(Workspace.Tree, "file"))).Trim();
    }

    /// <summary>Fetches what does not come, and gives the reason.</summary>
    protected async Task<string> ReasonAsync(string url, string? reference = null)
    {
        var fetched = await FetchAsync(url, reference);
        Assert.False(fetched.Succeeded);
        return fetched.Failure.Reason;
    }

    /// <summary>Fetches what does not come now, and gives why another try may mend that.</summary>
    protected async Task<Transience> TransientAsync(string url, string? reference = null)
    {
        var fetched = await FetchAsync(url, reference);
        Assert.NotNull(fetched.Failure?.Transience);
        return fetched.Failure.Transience;
    }
}

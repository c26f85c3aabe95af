using Microsoft.Extensions.Logging;
using WazoPlugind.Harness;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Outcomes;
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

    protected GitPatience Patience { get; set; } = new(TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1));

    protected string SshOptions { get; set; } = "-F none";

    protected TextLog Log { get; } = new();

    protected GitHosts Hosts { get; } = new(TimeProvider.System);

    /// <summary>A part of the machine's, in place of its own.</summary>
    protected UnixUser? User { get; set; }

    public void Dispose()
    {
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    protected string Write(string name, string content) => _directory.Write(name, content);

    protected GitSource Source()
    {
        var commands = new WorkspaceCommands(Configuration, new CommandRunner(TimeProvider.System), TimeProvider.System) { Watch = TimeSpan.FromMilliseconds(100) };
        var git = new GitCommands(Configuration, commands, new SourceCredentials(Configuration, Log), Hosts, TimeProvider.System)
        {
            Patience = Patience,
            SshOptions = SshOptions,
        };
        Workspace = new Workspace(Configuration, Guid.NewGuid(), User, User);
        Workspace.Create();
        // What update-ca-certificates does for the machine.
        File.AppendAllText(Workspace.GitConfiguration, $"[http]\n    sslCAInfo = {Servers.Authority}\n");
        return new GitSource(git, commands, Hosts);
    }

    protected Task<StepResult<string>> FetchAsync(string url, string? reference = null) => Source().FetchAsync(
        new InstallOptions { Url = url, Ref = reference }, Workspace, CancellationToken.None);

    /// <summary>Fetches and checks out, and gives what the file of the repository has.</summary>
    protected async Task<string> FetchFileAsync(string url, string? reference = null)
    {
        var source = Source();
        var fetched = await source.FetchAsync(new InstallOptions { Url = url, Ref = reference }, Workspace, CancellationToken.None);
        Assert.True(fetched.Succeeded, fetched.Error?.Details.ToString());
        return await FileOfAsync(source, fetched.Value);
    }

    protected async Task<string> FileOfAsync(GitSource source, string commit)
    {
        var checkedOut = await source.CheckOutAsync(Workspace, commit, CancellationToken.None);
        Assert.True(checkedOut.Succeeded, checkedOut.Problem + checkedOut.Output);
        return (await File.ReadAllTextAsync(Path.Join(Workspace.Tree, "file"))).Trim();
    }

    /// <summary>Fetches what does not come, and gives the reason.</summary>
    protected async Task<string> ReasonAsync(string url, string? reference = null)
    {
        try
        {
            return ReasonOf((await FetchAsync(url, reference)).Error);
        }
        catch (TransientStepException e)
        {
            return ReasonOf(e.Error);
        }
    }

    protected async Task<TransientStepException> TransientAsync(string url, string? reference = null) =>
        await Assert.ThrowsAsync<TransientStepException>(() => FetchAsync(url, reference));

    protected static string ReasonOf(OperationError? error)
    {
        Assert.NotNull(error);
        return OperationErrors.ReasonOf(error);
    }

    /// <summary>What was logged.</summary>
    protected sealed class TextLog : ILogger<SourceCredentials>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add(formatter(state, exception));
    }
}

using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using WazoPlugind.Harness;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Confd;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Platform.Machine;
using WazoPlugind.Platform.Market;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Planning;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Processes;

namespace WazoPlugind.Plugins.Tests.Sources;

/// <summary>Whatever a plugin comes from, with the services as the worker registers them.</summary>
[Trait("Category", "Acceptance")]
public sealed class PluginFetcherTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly PlugindConfiguration _configuration;
    private readonly ServiceProvider _services;
    private PluginFetcher Fetcher => _services.GetRequiredService<PluginFetcher>();

    private readonly TestProgress _progress = new();
    private readonly Workspace _workspace;
    private string _searchPath = CommandRunner.SearchPath;

    public PluginFetcherTests()
    {
        _configuration = new PlugindConfiguration
        {
            DownloadDir = Path.Join(_directory.Path, "downloads"),
            ExtractDir = Path.Join(_directory.Path, "tmp"),
            WazoVersion = "26.01",
        };
        Directory.CreateDirectory(_configuration.DownloadDir);
        Directory.CreateDirectory(_configuration.ExtractDir);
        var http = new HttpClient();
        _services = new ServiceCollection()
            .AddSingleton(_configuration)
            .AddSingleton(TimeProvider.System)
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddSingleton(new CommandRunner(TimeProvider.System))
            .AddSingleton(_ => new MachineTools(_configuration) { SearchPath = _searchPath })
            .AddSingleton<WorkspaceCommands>()
            .AddSingleton(new MarketClient(http, _configuration, TimeProvider.System))
            .AddSingleton(new PlatformVersion(http, null!, _configuration, TimeProvider.System))
            .AddPluginSources()
            .BuildServiceProvider();
        _workspace = new Workspace(_configuration, Guid.NewGuid(), fetcher: null, builder: null);
        _directory.Run("""
            mkdir -p work/plugins/a/wazo; cd work
            printf 'name: a\nnamespace: x\nversion: "1.0"\nplugin_format_version: 2\n' > plugins/a/wazo/plugin.yml
            git init -q -b master; git add .; git -c user.name=a -c user.email=a@b commit -qm a
            git archive --prefix=a-1.0/ -o ../a.tar.gz HEAD
            """);
    }

    public void Dispose()
    {
        _services.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("git")]
    [InlineData("archive")]
    public async Task What_is_fetched_is_there_for_the_build_and_fetched_again_where_it_is_not(string method)
    {
        var fetched = (await Fetcher.FetchAsync(method, OptionsOf(method), revision: null, _workspace, _progress)).Value!;
        Assert.Equal(["downloading", "extracting", "validating"], _progress.Steps);
        Assert.Equal((method, new PluginIdentity("x", "a", "1.0")), (fetched.Source.Method, fetched.Manifest.Plugin));
        Assert.Equal("plugins/a", fetched.Root[^9..]);
        // The manifest travels, and is not read again.
        File.Delete(Path.Join(fetched.Root, "wazo/plugin.yml"));

        var first = await Fetcher.OpenAsync(fetched.Source, fetched.SourceRevision, fetched.Manifest, _workspace, _progress);
        Assert.Equal((fetched, false), (first.Value, File.Exists(Path.Join(fetched.Root, "wazo/plugin.yml"))));

        // It has been taken: a build may have changed it.
        var second = await Fetcher.OpenAsync(fetched.Source, fetched.SourceRevision, fetched.Manifest, _workspace, _progress);
        Assert.Equal((fetched, true), (second.Value, File.Exists(Path.Join(fetched.Root, "wazo/plugin.yml"))));
        Assert.Equal(3, _progress.Steps.Count);
    }

    [Theory]
    [InlineData("git")]
    [InlineData("archive")]
    public async Task A_subdirectory_that_is_not_there_is_told(string method)
    {
        foreach (var subdirectory in (string[])["none", "../..", "/etc", "plugins/a/wazo/plugin.yml"])
        {
            var failure = (await Fetcher.FetchAsync(method, OptionsOf(method) with { Subdirectory = subdirectory }, revision: null, _workspace, _progress)).Failure;
            Assert.Equal(("extracting", "the subdirectory is not a directory of the source"), (failure?.Step, failure?.Reason));
        }
    }

    [Fact]
    public async Task A_revision_that_is_named_is_fetched_wherever_its_branch_leads_by_now_or_none()
    {
        var planned = (await Fetcher.FetchAsync("git", OptionsOf("git"), revision: null, _workspace, _progress)).Value!.SourceRevision;
        _directory.Run("cd work; git -c user.name=a -c user.email=a@b commit --allow-empty -qm b");
        var hash = new string('0', 40);

        var fetched = await Fetcher.FetchAsync("git", OptionsOf("git"), planned.Id, _workspace, _progress);
        var missing = await Fetcher.FetchAsync("git", OptionsOf("git"), hash, _workspace, _progress);
        var other = await Fetcher.FetchAsync("archive", OptionsOf("archive"), hash, _workspace, _progress);

        Assert.Equal(planned.Id, fetched.Value?.Revision);
        Assert.Equal("downloading", missing.Failure?.Step);
        Assert.Contains(hash, other.Failure?.Reason);
    }

    [Fact]
    public async Task A_plan_that_another_try_may_mend_is_none_and_of_several_the_others_are_told()
    {
        var planner = _services.GetRequiredService<PluginPlanner>();
        var good = new WantedPlugin(new PluginOrigin("git", OptionsOf("git")));
        // Nobody listens.
        var bad = new WantedPlugin(new PluginOrigin("git", new InstallOptions { Url = "http://me:geheim@127.0.0.1:1/a" }));
        InstalledVersion[] installed = [new(new PluginReference("x", "a", "1.0"), Revision: null, IsBroken: false)];

        var alone = await planner.PlanAsync([bad], [], _workspace, _progress);
        var both = await planner.PlanAsync([bad, good], [], _workspace, _progress);
        var there = await planner.PlanAsync([good with { WantsNewer = true }], installed, _workspace, _progress);

        Assert.NotNull(alone.Failure?.Transience);
        Assert.Equal(("x/a", false), (Assert.Single(both.Value!.Plugins).Plugin.ToString(), both.Value.Plugins[0].IsSatisfied));
        Assert.Equal("http://127.0.0.1:1/a", Assert.Single(both.Value.Problems).Source?.Options.Url);
        Assert.True(Assert.Single(there.Value!.Plugins).IsSatisfied);
    }

    [Theory]
    [InlineData("git", "fakeroot dpkg-deb", "git")]
    [InlineData("archive", "fakeroot dpkg-deb", null)]
    [InlineData("archive", "git dpkg-deb", "fakeroot")]
    [InlineData("market", "git fakeroot", "dpkg-deb")]
    public async Task A_program_that_is_missing_is_named_before_anything_is_fetched(string method, string programs, string? missing)
    {
        _searchPath = Path.Join(_directory.Path, "bin");
        foreach (var program in programs.Split(' '))
            _directory.Write($"bin/{program}", "");

        var fetched = await Fetcher.FetchAsync(method, OptionsOf(method), revision: null, _workspace, _progress);

        Assert.Equal(missing, fetched.Failure?.Reason.Split(' ')[0]);
        Assert.Equal(missing is null, Directory.Exists(_workspace.Download));
    }

    [Fact]
    public async Task A_method_that_there_is_not_is_told() => Assert.Equal(
        "no plugin is fetched by the method 'svn'", (await Fetcher.FetchAsync("svn", new InstallOptions(), revision: null, _workspace, _progress)).Failure?.Reason);

    [Fact]
    public async Task Of_what_is_fixed_by_its_hash_nothing_is_newer()
    {
        UpdateCandidate Candidate(string method, string revision) =>
            new(new PluginReference("x", method), new PluginOrigin(method, OptionsOf(method)), revision);

        var found = await _services.GetRequiredService<UpdateFinder>().FindAsync(
            [Candidate("archive", "5"), Candidate("git", "5")], _workspace, _progress);

        Assert.Equal("x/git", Assert.Single(found.Value!).Plugin.ToString());
    }

    [Fact]
    public async Task What_no_time_is_left_for_counts_as_newer()
    {
        var revision = (await Fetcher.FetchAsync("git", OptionsOf("git"), revision: null, _workspace, _progress)).Value!.Revision;
        var candidate = new UpdateCandidate(new PluginReference("x", "a"), new PluginOrigin("git", OptionsOf("git")), revision);
        var finder = _services.GetRequiredService<UpdateFinder>();
        Assert.Empty((await finder.FindAsync([candidate], _workspace, _progress)).Value!);

        _progress.Remaining = TimeSpan.Zero;

        Assert.Equal([candidate], (await finder.FindAsync([candidate], _workspace, _progress)).Value!);
    }

    private InstallOptions OptionsOf(string method)
    {
        var archive = Path.Join(_directory.Path, "a.tar.gz");
        return method == "git"
            ? new InstallOptions { Url = Path.Join(_directory.Path, "work"), Subdirectory = "plugins/a" }
            : new InstallOptions { Url = archive, Sha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(archive))), Subdirectory = "plugins/a" };
    }
}

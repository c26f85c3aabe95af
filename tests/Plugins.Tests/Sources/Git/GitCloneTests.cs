using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Plugins.Sources.Git;
using WazoPlugind.Processes;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Tests.Sources.Git;

/// <summary>What a build sees when it asks git: as the users of a production machine, in the sandbox.</summary>
[Collection(SharedGitServers.Name)]
[Trait("Category", "Acceptance")]
public sealed class GitCloneTests : GitSourceTest
{
    private const string Picture = """
        cat .git/HEAD
        git rev-parse HEAD
        git for-each-ref --format='%(objectname) %(refname) %(upstream)' | grep -v refs/remotes/origin/HEAD || true
        git describe --tags --exact-match 2>&1 || true
        git remote get-url origin
        git status --porcelain --branch
        """;

    // Each name stands for a commit of its own: a clone brings all tags of its commit, this service that of the ref.
    private const string Repository = """
        git clone -q --bare work repositories/$1.git; cd repositories/$1.git
        new() { git commit-tree -m $1 -p master 'master^{tree}'; }
        git tag light $(new light); git tag same $(new tag); git branch same $(new branch); git branch a/branch $(new a)
        """;

    private readonly string _name = "clone-" + Guid.NewGuid().ToString("N");

    public GitCloneTests(GitServers servers)
        : base(servers) => (User, Builder, SshOptions) = (UnixUser.Find("nobody"), UnixUser.Find("games"), servers.SshOptions());

    private string Url => $"git://127.0.0.1:{Servers.Daemon}/{_name}.git";

    [Theory]
    [InlineData("master")]
    [InlineData("a/branch")]
    [InlineData("v1")]
    [InlineData("light")]
    [InlineData("same")]
    public async Task A_build_sees_what_git_clone_leaves_also_where_it_is_fetched_a_second_time(string reference)
    {
        await ChangeAsync(Repository);
        var expected = await Servers.ShellAsync(
            $"git -c advice.detachedHead=false clone -q --depth 1 --branch \"$1\" \"$2\" $3; cd $3\n{Picture}", reference, Url, _name + reference.Replace('/', '-'));

        var (first, recorded) = await LookAsync(Url, reference, revision: null);
        var (second, again) = await LookAsync(Url, reference, recorded);

        Assert.Equal((expected, expected, recorded), (first, second, again));
    }

    [Fact]
    public async Task Without_a_ref_and_a_master_a_build_is_on_the_branch_that_the_remote_is_on()
    {
        await ChangeAsync(Repository + "\ngit branch -m master main");
        var expected = await Servers.ShellAsync($"git clone -q --depth 1 \"$1\" $2; cd $2\n{Picture}", Url, _name);

        Assert.Equal(expected, (await LookAsync(Url, reference: null, revision: null)).Picture);
    }

    [Fact]
    public async Task A_commit_that_is_asked_for_by_its_hash_has_no_name()
    {
        await ChangeAsync(Repository);
        var commit = await Servers.ShellAsync("git -C work rev-parse v1^{commit}");

        var (picture, recorded) = await LookAsync(Url, commit, revision: null);

        Assert.Equal(new SourceRevision(commit), recorded);
        Assert.Equal([commit, commit, "fatal: No names found, cannot describe anything.", Url, "## HEAD (no branch)"], picture.Split('\n'));
    }

    [Theory]
    [InlineData("git", "master", "git branch -f master refs/heads/same")]
    [InlineData("ssh", "master", "git branch -f master refs/heads/same")]
    [InlineData("git", "same", "git branch -D same")]
    [InlineData("git", "v1", "git tag -f -a -m moved v1 refs/heads/same")]
    [InlineData("git", "v1", "git tag -d v1")]
    [InlineData("git", "light", "git tag -f light refs/heads/same")]
    public async Task What_was_recorded_counts_wherever_its_name_leads_by_now(string protocol, string reference, string change)
    {
        await ChangeAsync(Repository);
        var url = protocol == "ssh" ? SshUrl() : Url;
        var (expected, recorded) = await LookAsync(url, reference, revision: null);

        await ChangeAsync("cd repositories/$1.git\n" + change);

        Assert.Equal((expected, recorded), await LookAsync(url, reference, recorded));
    }

    [Theory]
    [InlineData("same", "refs/heads/same")]
    [InlineData("tags/same", "refs/tags/same")]
    public async Task What_is_newest_is_what_a_fetch_would_bring(string reference, string name)
    {
        await ChangeAsync(Repository);
        var options = new InstallOptions { Url = Url, Ref = reference };

        foreach (var other in (string[])["refs/heads/same", "refs/tags/same"])
        {
            var commit = await ChangeAsync($"git -C repositories/$1.git rev-parse {other}");
            Assert.Equal(other == name, await IsNewestAsync(options, commit));
        }
    }

    [Theory]
    [InlineData("git")]
    [InlineData("ssh")]
    public async Task An_annotated_tag_that_is_no_more_is_set_to_its_commit(string protocol)
    {
        await ChangeAsync(Repository);
        var url = protocol == "ssh" ? SshUrl() : Url;
        var recorded = (await LookAsync(url, "v1", revision: null)).Revision;
        Assert.NotNull(recorded.Name?.Tag);

        await ChangeAsync("cd repositories/$1.git; git tag -d v1; git gc -q --prune=now");
        var (picture, again) = await LookAsync(url, "v1", recorded);

        Assert.Equal(recorded with { Name = new RevisionName("refs/tags/v1") }, again);
        Assert.Contains($"\n{recorded.Id} refs/tags/v1 \nv1\n", picture);
    }

    [Fact]
    public async Task A_build_may_change_its_repository_and_fetch_submodules()
    {
        await ChangeAsync("""
            git init -q -b master $1; cd $1
            git -c protocol.file.allow=always submodule --quiet add ../repositories/plain.git part
            git config -f .gitmodules submodule.part.url ../plain.git
            git add .; git commit -q -m 1; git clone -q --bare . ../repositories/$1.git
            """);
        await FetchAndExtractAsync(Url, "master", revision: null);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Join(Workspace.Tree, "part")));

        var said = await BuildAsync("""
            git submodule --quiet update --init
            git tag own
            git -c user.name=a -c user.email=a@b commit -q --allow-empty -m own
            git describe --tags; cat part/file; stat -c %U .git/ .git/refs/tags/own
            """);

        Assert.Matches(@"^own-1-g[0-9a-f]+\n3\ngames\ngames$", said);
    }

    [Fact]
    public async Task No_credentials_are_in_what_a_build_sees()
    {
        var url = $"http://{GitServers.User}:{Uri.EscapeDataString(GitServers.Password)}@127.0.0.1:{Servers.Http}/private/plain.git";
        await FetchAndExtractAsync(url, "master", revision: null);

        var said = await BuildAsync("git remote get-url origin; grep -r -e s3cret -e deploy .git/ || true");

        Assert.Equal($"http://127.0.0.1:{Servers.Http}/private/plain.git", said);
    }

    [Fact]
    public async Task Nothing_that_a_build_leaves_for_git_is_run_by_who_comes_next()
    {
        await ChangeAsync($$"""
            git init -q -b master $1; cd $1; mkdir wazo; cat > wazo/rules <<'END'
            #!/bin/sh -e
            git describe --tags --exact-match
            [ $1 = package ] || exit 0
            printf '#!/bin/sh\ntouch {{Trace}}' > .git/hook; chmod 755 .git/hook
            mkdir -p .git/hooks; cp .git/hook .git/hooks/post-checkout; cp .git/hook .git/hooks/reference-transaction
            git config core.fsmonitor $PWD/.git/hook; git config core.sshCommand $PWD/.git/hook
            END
            chmod 755 wazo/rules; git add .; git commit -q -m 1; git tag -a -m 1 v1; git clone -q --bare . ../repositories/$1.git
            """);
        var source = Source();
        var options = new InstallOptions { Url = Url, Ref = "v1" };
        var plugin = new FetchedPlugin(
            Workspace.Tree, new PluginOrigin(InstallMethods.Git, options), await FetchAndExtractAsync(source, options, revision: null), new PluginManifest(new("x", "a", "1"), 2, [], []));

        var built = await new DebianPackageBuilder(Configuration, Commands).BuildAsync(
            plugin, Provenance.Of(InstallMethods.Git, plugin, Guid.NewGuid(), DateTimeOffset.UnixEpoch), Workspace, Progress);
        Assert.True(built.Succeeded, built.Failure?.Reason);
        Assert.False(Directory.Exists(Workspace.Download));
        await FetchAndExtractAsync(source, options, plugin.SourceRevision);

        Assert.Empty(Directory.GetFiles("/var/tmp", Path.GetFileName(Trace)));
    }

    private string Trace => "/var/tmp/" + _name;

    private string SshUrl()
    {
        // The key is root's.
        User = null;
        return Servers.SshUrl(_name + ".git");
    }

    private Task<string> ChangeAsync(string shell) => Servers.ShellAsync(shell, _name);

    private async Task<(string Picture, SourceRevision Revision)> LookAsync(string url, string? reference, SourceRevision? revision)
    {
        var extracted = await FetchAndExtractAsync(url, reference, revision);
        return (await BuildAsync(Picture), extracted);
    }

    private Task<SourceRevision> FetchAndExtractAsync(string url, string? reference, SourceRevision? revision) =>
        FetchAndExtractAsync(Source(), new InstallOptions { Url = url, Ref = reference }, revision);

    private async Task<SourceRevision> FetchAndExtractAsync(GitSource source, InstallOptions options, SourceRevision? revision)
    {
        var fetched = await source.FetchAsync(options, revision, Workspace, Progress);
        Assert.True(fetched.Succeeded, fetched.Failure?.Reason);
        var extracted = await source.ExtractAsync(fetched.Value, Workspace, Progress);
        Assert.True(extracted.Succeeded, extracted.Failure?.Reason);
        return extracted.Value;
    }

    private async Task<string> BuildAsync(string shell)
    {
        Configuration = Configuration with { Build = Configuration.Build with { Sandbox = BuildConfiguration.Bubblewrap } };
        var command = new Command("sh", "-e", "-c", shell)
        {
            WorkingDirectory = Workspace.Tree,
            Environment = new Dictionary<string, string> { ["HOME"] = Workspace.Home, ["TMPDIR"] = Workspace.Temporary },
        };
        var result = await Commands.RunPluginAsync(Workspace, command, Progress);
        Assert.True(result.Succeeded, result.Problem + result.Output);
        return result.Output.Trim();
    }
}

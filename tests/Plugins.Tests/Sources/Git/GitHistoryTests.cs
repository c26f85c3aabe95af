using WazoPlugind.Messages;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Plugins.Tests.Sources.Git;

[Collection(SharedGitServers.Name)]
[Trait("Category", "Acceptance")]
public sealed class GitHistoryTests : GitSourceTest
{
    public GitHistoryTests(GitServers servers)
        : base(servers) => SshOptions = servers.SshOptions();

    private Task<string> CommitAsync(string revision) => Servers.ShellAsync("git -C work rev-parse \"$1\"", revision);

    [Theory]
    [InlineData("master~1", "2")]
    [InlineData("v1^{commit}", "1")]
    [InlineData("master", "3")]
    public async Task A_full_hash_is_found_where_the_server_gives_only_what_its_refs_stand_for(string revision, string file)
    {
        var commit = await CommitAsync(revision);

        Assert.Equal(file, await FetchFileAsync(Servers.SshUrl("plain.git"), commit));
        Assert.Equal(file, await FetchFileAsync($"http://127.0.0.1:{Servers.Http}/dumb/plain.git", commit));
        Assert.Equal(file, await FetchFileAsync($"http://127.0.0.1:{Servers.Http}/git/plain.git", commit));
        Assert.Equal(file, await FetchFileAsync($"git://127.0.0.1:{Servers.Daemon}/plain.git", commit));
    }

    [Theory]
    [InlineData(null, "master", "3")]
    [InlineData("master", "master~1", "2")]
    [InlineData("v1", "v1^{commit}", "1")]
    [InlineData("gone", "master~2", "1")]
    public async Task A_builder_fetches_the_recorded_commit_a_second_time(string? reference, string revision, string file)
    {
        var commit = await CommitAsync(revision);
        var source = Source();

        var fetched = await source.FetchAsync(
            new InstallOptions { Url = Servers.SshUrl("plain.git"), Ref = reference }, new SourceRevision(commit), Workspace, Progress);

        Assert.True(fetched.Succeeded, fetched.Failure?.Reason);
        Assert.Equal(file, await FileOfAsync(source, fetched.Value));
    }

    [Fact]
    public async Task A_commit_that_there_is_not_is_told()
    {
        var commit = new string('1', 40);

        Assert.Contains("in its history", await ReasonAsync(Servers.SshUrl("plain.git"), commit));
        Assert.Contains("no commit", await ReasonAsync($"http://127.0.0.1:{Servers.Http}/git/plain.git", commit));
    }
}

namespace WazoPlugind.Plugins.Tests.Sources.Git;

[Collection(SharedGitServers.Name)]
[Trait("Category", "Acceptance")]
public sealed class GitLimitTests(GitServers servers) : GitSourceTest(servers)
{
    [Theory]
    [InlineData("http://127.0.0.1:{0}/git/{1}")]
    [InlineData("git://127.0.0.1:{2}/{1}")]
    [InlineData("{3}/{1}")]
    public async Task A_repository_that_is_too_large_is_left_while_it_comes(string url)
    {
        // A file that does not pack well, one that does, and many.
        await Servers.ShellAsync("""
            [ ! -e repositories/large.git ] || exit 0
            git init -q -b master large; cd large; head -c 12000000 /dev/urandom > file; git add .; git commit -q -m 1
            git checkout -q --orphan zeros; git rm -q -f file; truncate -s 30M file; git add .; git commit -q -m 2
            git checkout -q --orphan many; git rm -q -f file; for i in $(seq 12); do head -c 1000000 /dev/urandom > file$i; done; git add .; git commit -q -m 3
            cd ..; git clone -q --bare large repositories/large.git
            """);
        Configuration = Configuration with { Limits = Configuration.Limits with { SourceMegabytes = 5 } };

        foreach (var reference in (string[])["master", "many"])
            Assert.Contains("limits.source_megabytes", await ReasonAsync(Of(url), reference));
        var source = Source();
        var fetched = await source.FetchAsync(new WazoPlugind.Messages.InstallOptions { Url = Of(url), Ref = "zeros" }, revision: null, Workspace, Progress);
        var result = await source.ExtractAsync(fetched.Value!, Workspace, Progress);
        Assert.Contains("limits.source_megabytes", result.Failure!.Reason);

        string Of(string format) => string.Format(
            null, System.Text.CompositeFormat.Parse(format), Servers.Http, "large.git", Servers.Daemon, Servers.Repositories);
    }
}

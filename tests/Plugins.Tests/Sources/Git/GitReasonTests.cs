using System.Text;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Tests.Sources.Git;

[Collection(SharedGitServers.Name)]
[Trait("Category", "Acceptance")]
public sealed class GitReasonTests(GitServers servers) : GitSourceTest(servers)
{
    [Theory]
    [InlineData("unknown_key", "known_hosts", "does not know the key of the user root")]
    [InlineData("no_key", "known_hosts", "the user root, as whom git runs, has no ssh key")]
    [InlineData("locked_key", "known_hosts", "has a passphrase")]
    [InlineData("open_key", "known_hosts", "chmod 600")]
    [InlineData("key", "no_hosts", "ssh-keyscan")]
    [InlineData("key", "changed_hosts", "ssh-keygen -R")]
    public async Task Ssh_says_what_is_wrong_and_what_to_do(string key, string knownHosts, string reason)
    {
        SshOptions = Servers.SshOptions(key, knownHosts);

        await AssertReasonAsync(reason, "git: Could not read from remote repository.", Servers.SshUrl("plain.git"));
    }

    [Fact]
    public async Task Ssh_says_that_there_is_no_such_repository()
    {
        SshOptions = Servers.SshOptions();

        await AssertReasonAsync("has no such repository", "does not appear to be a git repository", Servers.SshUrl("none.git"));
    }

    [Fact]
    public async Task A_certificate_says_what_is_wrong_and_what_to_do()
    {
        await AssertReasonAsync("signed by itself", "git: unable to access", $"https://127.0.0.1:{Servers.SelfSigned}/git/plain.git");
        await AssertReasonAsync("has expired on", "git: unable to access", $"https://127.0.0.1:{Servers.Expired}/git/plain.git");
        File.Move(Servers.Authority, Servers.Authority + ".aside");
        File.Copy(Servers.PathOf("self.pem"), Servers.Authority);
        var reason = await ReasonAsync($"https://127.0.0.1:{Servers.Https}/git/plain.git");
        File.Move(Servers.Authority + ".aside", Servers.Authority, overwrite: true);
        Assert.Contains("signed by an authority that this machine does not know (CN=The tests' authority)", reason);
        Assert.Contains("update-ca-certificates", reason);
    }

    [Theory]
    [InlineData("page/plain.git", null, "answers with a web page", "git: couldn't find remote ref HEAD")]
    [InlineData("page/plain.git", "main", "answers with a web page", "git: couldn't find remote ref main")]
    [InlineData("to-page/plain.git", null, "perhaps a page to sign in", "redirects to")]
    [InlineData("git/empty.git", null, "the repository is empty", "git: couldn't find remote ref HEAD")]
    [InlineData("git/nowhere.git", null, "its HEAD points to a branch that there is not: say a ref; it has other, v1", "git: couldn't find")]
    [InlineData("git/plain.git", "none", "no branch or tag none; it has master, v1", "git: couldn't find remote ref none")]
    [InlineData("private/plain.git", null, "wants credentials, and there are none for it", "git: could not read Username")]
    [InlineData("git/none.git", null, "has no such repository", "git: repository")]
    public async Task Http_says_what_is_wrong_and_what_to_do(string path, string? reference, string own, string git) =>
        await AssertReasonAsync(own, git, $"http://127.0.0.1:{Servers.Http}/{path}", reference);

    [Fact]
    public async Task Refused_credentials_are_told_with_the_way_to_give_others()
    {
        var reason = await ReasonAsync($"http://deploy:wrong@127.0.0.1:{Servers.Http}/private/plain.git");

        Assert.StartsWith($"127.0.0.1:{Servers.Http} refuses the credentials", reason);
        Assert.Contains("sources.credentials", reason);
        Assert.Contains("PUT /plugins/", reason);
        Assert.EndsWith($"git: Authentication failed for 'http://127.0.0.1:{Servers.Http}/private/plain.git/'", reason);
    }

    [Fact]
    public async Task A_tag_of_a_directory_is_told()
    {
        var source = Source();
        var options = new WazoPlugind.Messages.InstallOptions { Url = $"http://127.0.0.1:{Servers.Http}/git/tree.git", Ref = "tree" };
        var fetched = await source.FetchAsync(options, revision: null, Workspace, Progress);

        var result = await source.ExtractAsync(fetched.Value!, Workspace, Progress);

        Assert.Contains("a tag of a directory", result.Failure?.Reason);
    }

    [Fact]
    public async Task A_path_that_the_user_may_not_read_is_told_with_the_user()
    {
        User = UnixUser.Find("nobody");
        var closed = Write("closed/file", "");
        File.SetUnixFileMode(Path.GetDirectoryName(closed)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        await AssertReasonAsync("the user nobody, as whom git runs, may not read", "git: ", Path.GetDirectoryName(closed)!);
    }

    [Theory]
    [InlineData("https")]
    [InlineData("http")]
    [InlineData("git")]
    [InlineData("ssh")]
    public async Task A_server_that_hangs_up_may_answer_another_time(string scheme)
    {
        await using var server = new TestServer(async (stream, cancellationToken) => await stream.ReadAtLeastAsync(new byte[1000], 1, throwOnEndOfStream: false, cancellationToken));

        var failure = await TransientAsync($"{scheme}://127.0.0.1:{server.Port}/plain.git");

        Assert.False(failure.TimedOut);
    }

    [Fact]
    public async Task An_answer_that_ends_before_its_end_may_come_whole_another_time()
    {
        await using var server = new TestServer(async (stream, cancellationToken) =>
        {
            await stream.ReadAtLeastAsync(new byte[100], 20, throwOnEndOfStream: false, cancellationToken);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(
                "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\nContent-Length: 4000\r\n\r\n001e# service=git-upload-pack\n0000"), cancellationToken);
        });

        await TransientAsync($"http://127.0.0.1:{server.Port}/plain.git");
    }

    [Theory]
    [InlineData("busy", 7)]
    [InlineData("slow", null)]
    [InlineData("broken", null)]
    public async Task A_server_that_cannot_now_may_answer_another_time(string path, int? seconds)
    {
        var failure = await TransientAsync($"http://127.0.0.1:{Servers.Http}/{path}/plain.git");

        Assert.Equal(seconds, failure.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task What_is_refused_is_refused_another_time()
    {
        foreach (var path in (string[])["private/plain.git", "git/none.git", "page/x.git"])
            Assert.False((await FetchAsync($"http://127.0.0.1:{Servers.Http}/{path}")).Succeeded);
    }

    private async Task AssertReasonAsync(string own, string git, string url, string? reference = null)
    {
        var reason = await ReasonAsync(url, reference);

        Assert.Contains(own, reason.Split('\n')[0]);
        Assert.Contains(git, reason);
    }
}

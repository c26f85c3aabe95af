using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Plugins.Tests.Sources.Git;

[Collection(SharedGitServers.Name)]
[Trait("Category", "Acceptance")]
public sealed class GitCredentialsTests(GitServers servers) : GitSourceTest(servers)
{
    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private string Url => $"http://127.0.0.1:{Servers.Http}/private/plain.git";

    [Fact]
    public async Task The_urls_own_credentials_count_whatever_they_hold() =>
        Assert.Equal("3", await FetchFileAsync($"https://{GitServers.User}:{Uri.EscapeDataString(GitServers.Password)}@127.0.0.1:{Servers.Https}/private/plain.git"));

    [Fact]
    public async Task Credentials_of_the_configuration_count_wherever_git_asks()
    {
        Configure(Write("token", GitServers.Password + "\n"));
        var commit = await Servers.ShellAsync("git -C work rev-parse master");
        var options = new InstallOptions { Url = Url };

        Assert.Equal("3", await FetchFileAsync(Url));
        Assert.True(await IsNewestAsync(options, commit));
        Assert.True((await Source().FetchAsync(options, new SourceRevision(commit), Workspace, Progress)).Succeeded);
        Assert.Empty(Log.Lines);
    }

    [Fact]
    public async Task The_urls_own_credentials_come_before_those_of_the_configuration()
    {
        Configure(Write("token", GitServers.Password));

        Assert.Contains("refuses the credentials", await ReasonAsync(Url.Replace("://", "://deploy:wrong@", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Credentials_of_the_configuration_are_for_the_urls_that_match()
    {
        Configure(Write("token", GitServers.Password), pattern: $"http://127.0.0.1:{Servers.OtherHttp}/*");

        Assert.Contains("there are none for it", await ReasonAsync(Url));
    }

    [Fact]
    public async Task Credentials_of_the_configuration_do_not_go_with_a_redirect()
    {
        Configure(Write("token", GitServers.Password), pattern: $"http://127.0.0.1:{Servers.Http}/*");

        Assert.Contains("there are none for it", await ReasonAsync($"http://127.0.0.1:{Servers.Http}/to-other/private/plain.git"));
    }

    [Fact]
    public async Task Credentials_of_the_service_come_by_systemd()
    {
        var file = Write("credentials/token", GitServers.Password);
        Configure("token");
        Configuration = Configuration with { CredentialsDirectory = Path.GetDirectoryName(file) };

        Assert.Equal("3", await FetchFileAsync(Url));
    }

    [Theory]
    [InlineData("chmod 640 \"$1\"")]
    [InlineData("chmod 604 \"$1\"")]
    [InlineData("chown nobody \"$1\"")]
    [InlineData("rm \"$1\"")]
    [InlineData("rm \"$1\"; mkfifo \"$1\"; chmod 600 \"$1\"")]
    [InlineData("mv \"$1\" \"$1.real\"; ln -s \"$1.real\" \"$1\"")]
    public async Task A_file_that_others_may_read_does_not_count(string change)
    {
        var file = Write("token", GitServers.Password);
        Configure(file);
        await Servers.ShellAsync(change, file);

        Assert.Contains("there are none for it", await ReasonAsync(Url));
        Assert.Contains(file, Assert.Single(Log.Lines.Distinct()));
    }

    private void Configure(string file, string pattern = "HTTP://127.0.0.1:*/private/*")
    {
        if (File.Exists(file))
            File.SetUnixFileMode(file, OwnersOnly);
        var credentials = new SourceCredentialsConfiguration { Url = pattern, User = GitServers.User, File = file };
        Configuration = Configuration with { Sources = new SourcesConfiguration { Credentials = [credentials] } };
    }
}

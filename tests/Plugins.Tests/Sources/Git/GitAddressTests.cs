namespace WazoPlugind.Plugins.Tests.Sources.Git;

[Collection(SharedGitServers.Name)]
[Trait("Category", "Acceptance")]
public sealed class GitAddressTests(GitServers servers) : GitSourceTest(servers)
{
    [Fact]
    public async Task Each_transport_brings_the_repository()
    {
        SshOptions = Servers.SshOptions();
        foreach (var url in (string[])
        [
            $"http://127.0.0.1:{Servers.Http}/git/plain.git", $"https://127.0.0.1:{Servers.Https}/git/plain.git",
            $"git://127.0.0.1:{Servers.Daemon}/plain.git", Servers.SshUrl("plain.git"),
            $"file://{Servers.Repositories}/plain.git", $"{Servers.Repositories}/plain.git",
            $"[root@127.0.0.1:{Servers.Ssh}]:{Servers.Repositories}/plain.git",
        ])
        {
            Assert.Equal("3", await FetchFileAsync(url));
        }
    }

    [Theory]
    [InlineData("my_alias:{0}")]
    [InlineData("root@my_alias:{0}")]
    [InlineData("ssh://my_alias{0}")]
    [InlineData("root@[::1]:{0}")]
    public async Task The_service_users_ssh_configuration_knows_hosts(string url)
    {
        // The address in brackets is no name of its own; here it leads to the server, whose port is not that of ssh.
        var configuration = Write("ssh_config", $"""
            Host my_alias ::1
                HostName 127.0.0.1
                Port {Servers.Ssh}
                User root
                UserKnownHostsFile {Servers.PathOf("known_hosts")}
                IdentityFile {Servers.PathOf("key")}
            """);
        SshOptions = $"-F {configuration}";

        Assert.Equal("3", await FetchFileAsync(string.Format(null, System.Text.CompositeFormat.Parse(url), $"{Servers.Repositories}/plain.git")));
    }

    [Theory]
    [InlineData(null, "3")]
    [InlineData("master", "3")]
    [InlineData("v1", "1")]
    public async Task Plain_files_bring_the_repository(string? reference, string file) =>
        Assert.Equal(file, await FetchFileAsync($"http://127.0.0.1:{Servers.Http}/dumb/plain.git", reference));

    [Theory]
    [InlineData("http://127.0.0.1:{0}/git/sha256.git")]
    [InlineData("http://127.0.0.1:{0}/dumb/sha256.git")]
    [InlineData("file://{1}/sha256.git")]
    public async Task A_repository_of_the_longer_hashes_comes(string url) =>
        Assert.Equal("1", await FetchFileAsync(string.Format(null, System.Text.CompositeFormat.Parse(url), Servers.Http, Servers.Repositories)));
}

using System.Text;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Plugins.Tests.Sources.Git;

[Collection(SharedGitServers.Name)]
[Trait("Category", "Acceptance")]
public sealed class GitRedirectTests(GitServers servers) : GitSourceTest(servers)
{
    private static readonly string Credentials = $"{GitServers.User}:{Uri.EscapeDataString(GitServers.Password)}";

    private static readonly string Header = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{GitServers.User}:{GitServers.Password}"));

    [Fact]
    public async Task A_redirect_is_followed_as_git_does()
    {
        Assert.Equal("3", await FetchFileAsync($"http://127.0.0.1:{Servers.Http}/to-same/to-other/git/plain.git"));
        Assert.Equal("3", await FetchFileAsync($"http://127.0.0.1:{Servers.Http}/to-https/git/plain.git"));
    }

    [Fact]
    public async Task A_redirect_on_the_same_host_keeps_the_credentials() =>
        Assert.Equal("3", await FetchFileAsync($"http://{Credentials}@127.0.0.1:{Servers.Http}/to-same/private/plain.git"));

    [Theory]
    [InlineData("http", "to-other")]
    [InlineData("http", "to-https")]
    public async Task A_redirect_to_another_host_gets_no_credentials(string scheme, string way)
    {
        var before = Servers.Requests().Count;

        var reason = await ReasonAsync($"{scheme}://{Credentials}@127.0.0.1:{Servers.Http}/{way}/private/plain.git");

        Assert.Contains("wants credentials, and there are none for it", reason);
        var there = Servers.Requests().Skip(before).Where(request => !request.StartsWith($"{Servers.Http} ")).ToList();
        Assert.NotEmpty(there);
        Assert.All(there, request => Assert.DoesNotContain(Header, request));
    }

    [Fact]
    public async Task A_redirect_never_goes_down_to_http()
    {
        var before = Servers.Requests().Count;

        var reason = await ReasonAsync($"https://{Credentials}@127.0.0.1:{Servers.Https}/to-http/private/plain.git");

        Assert.Contains("https never goes down to http", reason);
        Assert.Contains($"https://127.0.0.1:{Servers.Https}/", reason);
        Assert.Contains($"http://127.0.0.1:{Servers.Http}/private", reason);
        Assert.All(Servers.Requests().Skip(before), request => Assert.StartsWith($"{Servers.Https} ", request));
    }

    [Fact]
    public async Task A_redirect_stays_with_the_schemes_that_are_configured()
    {
        Configuration = Configuration with { Sources = new SourcesConfiguration { Schemes = ["http"] } };

        Assert.Contains("sources.schemes", await ReasonAsync($"http://127.0.0.1:{Servers.Http}/to-https/git/plain.git"));
        Assert.Contains("none of", await ReasonAsync($"http://127.0.0.1:{Servers.Http}/to-ftp/git/plain.git"));
    }

    [Fact]
    public async Task A_redirect_stays_with_the_addresses_that_are_configured()
    {
        Configuration = Configuration with { Sources = new SourcesConfiguration { Allow = [$"HTTP://127.0.0.1:{Servers.Http}/*"] } };
        var before = Servers.Requests().Count;

        var reason = await ReasonAsync($"http://127.0.0.1:{Servers.Http}/to-other/git/plain.git");

        Assert.Contains("sources.allow", reason);
        Assert.Contains($"127.0.0.1:{Servers.Http}", reason);
        Assert.Contains($"127.0.0.1:{Servers.OtherHttp}", reason);
        Assert.All(Servers.Requests().Skip(before), request => Assert.StartsWith($"{Servers.Http} ", request));
        Assert.Equal("3", await FetchFileAsync($"http://127.0.0.1:{Servers.Http}/to-same/git/plain.git"));
    }

    [Fact]
    public async Task A_redirect_that_goes_round_ends() =>
        Assert.Contains("one redirect to the next", await ReasonAsync($"http://127.0.0.1:{Servers.Http}/round/plain.git"));
}

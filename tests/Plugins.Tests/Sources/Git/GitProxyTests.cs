using System.Net;
using System.Text;
using System.Text.Json;
using WazoPlugind.Harness;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Plugins.Tests.Sources.Git;

[Collection(SharedGitServers.Name)]
[Trait("Category", "Acceptance")]
public sealed class GitProxyTests(GitServers servers) : GitSourceTest(servers), IAsyncLifetime
{
    private readonly HttpProxy _proxy = new();
    private readonly HttpProxy _private = new() { User = "deploy" };

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _proxy.DisposeAsync();
        await _private.DisposeAsync();
    }

    [Fact]
    public async Task Http_and_https_go_by_their_proxy_with_its_credentials()
    {
        Use(new() { Http = _proxy.Url, Https = _private.UrlWithCredentials });

        Assert.Equal("3", await FetchFileAsync($"http://127.0.0.1:{Servers.Http}/git/plain.git"));
        Assert.Equal("3", await FetchFileAsync($"https://127.0.0.1:{Servers.Https}/git/plain.git"));

        Assert.All(_proxy.Requests, request => Assert.Contains($" http://127.0.0.1:{Servers.Http}/git/plain.git/", request));
        Assert.NotEmpty(_proxy.Requests);
        Assert.All(_private.Requests, request => Assert.Equal($"CONNECT 127.0.0.1:{Servers.Https}", request));
        Assert.NotEmpty(_private.Requests);
    }

    [Fact]
    public async Task The_proxy_for_all_is_for_both_and_the_repositorys_credentials_go_through_it()
    {
        Use(new() { All = _private.UrlWithCredentials });
        var password = Uri.EscapeDataString(GitServers.Password);

        Assert.Equal("3", await FetchFileAsync($"http://{GitServers.User}:{password}@127.0.0.1:{Servers.Http}/private/plain.git"));
        Assert.Equal("3", await FetchFileAsync($"https://{GitServers.User}:{password}@127.0.0.1:{Servers.Https}/private/plain.git"));

        Assert.Contains($"CONNECT 127.0.0.1:{Servers.Https}", _private.Requests);
        Assert.Contains(_private.Requests, request => request.StartsWith("GET http:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("socks5")]
    [InlineData("socks5h")]
    public async Task A_proxy_may_be_by_socks(string scheme)
    {
        Use(new() { All = $"{scheme}://127.0.0.1:{Servers.Socks}" });
        Assert.Equal("3", await FetchFileAsync(UrlOf("http")));
        Assert.Equal("3", await FetchFileAsync(UrlOf("https")));
        Use(new() { All = $"{scheme}://127.0.0.1:{Servers.Http}" });
        Assert.StartsWith($"the proxy socks5h://127.0.0.1:{Servers.Http} could not be reached, or lets nothing through", await ReasonAsync(UrlOf("http")));
    }

    [Fact]
    public async Task A_proxy_by_socks_that_refuses_is_named()
    {
        // RFC 1928: no authentication method is acceptable; one is, and the host refuses the connection.
        var refusesAll = true;
        await using var socks = new TestServer(async (stream, cancellationToken) =>
        {
            await stream.ReadAtLeastAsync(new byte[64], 3, throwOnEndOfStream: false, cancellationToken);
            await stream.WriteAsync((byte[])[5, (byte)(refusesAll ? 0xFF : 0)], cancellationToken);
            await stream.ReadAtLeastAsync(new byte[64], 10, throwOnEndOfStream: false, cancellationToken);
            await stream.WriteAsync((byte[])[5, 5, 0, 1, 0, 0, 0, 0, 0, 0], cancellationToken);
        });
        var proxy = $"the proxy socks5h://127.0.0.1:{socks.Port}";
        Use(new() { All = $"socks5://127.0.0.1:{socks.Port}" });

        Assert.StartsWith($"{proxy} wants credentials", await ReasonAsync(UrlOf("http")));
        refusesAll = false;
        await AssertTransientAsync("http", $"{proxy} could not be reached, or lets nothing through");
    }

    [Fact]
    public async Task Other_transports_and_hosts_that_are_excepted_go_by_none()
    {
        Use(new() { All = _proxy.Url, NoProxy = "127.0.0.0/8" });
        SshOptions = Servers.SshOptions();

        foreach (var url in (string[])[$"http://127.0.0.1:{Servers.Http}/git/plain.git", $"https://127.0.0.1:{Servers.Https}/git/plain.git"])
            Assert.Equal("3", await FetchFileAsync(url));
        Use(new() { All = _proxy.Url });
        foreach (var url in (string[])[Servers.SshUrl("plain.git"), $"git://127.0.0.1:{Servers.Daemon}/plain.git", $"file://{Servers.Repositories}/plain.git"])
            Assert.Equal("3", await FetchFileAsync(url));

        Assert.Empty(_proxy.Requests);
    }

    [Fact]
    public async Task Each_address_of_a_redirect_goes_its_own_way()
    {
        await using var elsewhere = new HttpProxy { Resolve = (_, port) => new(IPAddress.Loopback, port) };
        Use(new() { Http = elsewhere.Url, NoProxy = "127.0.0.1" });

        Assert.Equal("3", await FetchFileAsync($"http://git.example.org:{Servers.Http}/to-other/git/plain.git"));

        Assert.Equal([$"GET http://git.example.org:{Servers.Http}/to-other/git/plain.git/info/refs?service=git-upload-pack"], elsewhere.Requests);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task A_proxy_that_wants_credentials_is_named_without_them(string scheme)
    {
        Use(new() { All = _private.Url });
        Assert.StartsWith($"the proxy {_private.Url} wants credentials", await ReasonAsync(UrlOf(scheme)));

        Use(new() { All = _private.UrlWithCredentials.Replace("S3cret", "M1staken", StringComparison.Ordinal) });
        var failure = (await FetchAsync(UrlOf(scheme))).Failure!;
        Assert.StartsWith($"the proxy {_private.Url} refuses its credentials", failure.Reason);
        Assert.Null(failure.Transience);
        Assert.DoesNotContain("M1staken", JsonSerializer.Serialize(failure) + failure);
    }

    [Fact]
    public async Task What_a_proxy_repeats_of_its_credentials_is_not_shown()
    {
        var hasRepeated = false;
        await using var proxy = new TestServer(async (stream, cancellationToken) =>
        {
            using var reader = new StreamReader(stream, leaveOpen: true);
            var said = "";
            while (await reader.ReadLineAsync(cancellationToken) is { Length: > 0 } line)
                said = line.StartsWith("Proxy-Authorization:", StringComparison.Ordinal) ? line : said;
            hasRepeated |= said.Length > 0;
            // git shows what comes as plain text.
            var head = said.Length == 0 ? "407 Who\r\nProxy-Authenticate: Basic realm=\"x\"" : "403 No\r\nContent-Type: text/plain";
            await stream.WriteAsync(
                Encoding.ASCII.GetBytes($"HTTP/1.1 {head}\r\nConnection: close\r\nContent-Length: {said.Length}\r\n\r\n{said}"), cancellationToken);
        });
        Use(new() { Http = $"http://me:M1staken@127.0.0.1:{proxy.Port}" });

        var shown = JsonSerializer.Serialize((await FetchAsync(UrlOf("http"))).Failure);

        Assert.True(hasRepeated);
        Assert.Contains("Proxy-Authorization: Basic ********", shown);
        Assert.DoesNotContain(Convert.ToBase64String("me:M1staken"u8), shown);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task A_proxy_that_is_away_is_named_and_tried_again(string scheme)
    {
        Use(new() { All = $"http://me:M1staken@127.0.0.1:{GitServers.FreePort()}" });
        await AssertTransientAsync(scheme, "could not be reached");
        Use(new() { All = "http://me:M1staken@proxy.invalid:3128" });
        await AssertTransientAsync(scheme, "the proxy http://proxy.invalid:3128 could not be reached");
    }

    [Fact]
    public async Task A_proxy_that_lets_nobody_through_is_named()
    {
        Use(new() { All = _proxy.Url });
        _proxy.Status = 403;
        Assert.StartsWith($"the proxy {_proxy.Url} answers 403", await ReasonAsync(UrlOf("https")));
        _proxy.Status = 503;
        await AssertTransientAsync("https", $"the proxy {_proxy.Url} answers 503");
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task A_proxy_that_says_nothing_is_left_after_a_while(string scheme)
    {
        Use(new() { All = _proxy.Url });
        _proxy.IsSilent = true;
        Patience = new SourcePatience(TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(1.5));

        var failure = (await FetchAsync(UrlOf(scheme))).Failure!;

        Assert.True(failure.Transience?.TimedOut);
        Assert.EndsWith($"(by the proxy {_proxy.Url}) for 1.5 seconds", failure.Reason);
    }

    [Fact]
    public async Task A_certificate_is_looked_at_through_the_proxy()
    {
        await using var elsewhere = new HttpProxy { Resolve = (_, port) => new(IPAddress.Loopback, port) };
        Use(new() { All = elsewhere.Url });

        Assert.Contains("signed by itself", await ReasonAsync($"https://git.example.org:{Servers.SelfSigned}/git/plain.git"));

        Assert.Equal(2, elsewhere.Requests.Count);
    }

    private void Use(ProxyConfiguration proxy) => Configuration = Configuration with { Proxy = proxy };

    private string UrlOf(string scheme) => $"{scheme}://127.0.0.1:{(scheme == "http" ? Servers.Http : Servers.Https)}/git/plain.git";

    private async Task AssertTransientAsync(string scheme, string reason)
    {
        var failure = (await FetchAsync(UrlOf(scheme))).Failure!;
        Assert.Contains(reason, failure.Reason);
        Assert.DoesNotContain("M1staken", JsonSerializer.Serialize(failure) + failure);
        Assert.NotNull(failure.Transience);
    }
}

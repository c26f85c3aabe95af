using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using WazoPlugind.Harness;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Plugins.Tests.Sources.Git;

namespace WazoPlugind.Plugins.Tests.Sources.Archive;

[Collection(SharedGitServers.Name)]
[Trait("Category", "Acceptance")]
public sealed class ArchiveProxyTests : ArchiveSourceTest, IAsyncLifetime
{
    private readonly GitServers _servers;
    private readonly HttpProxy _proxy = new() { User = "deploy" };
    private readonly string _hash;

    public ArchiveProxyTests(GitServers servers)
    {
        _servers = servers;
        Authorities = [X509CertificateLoader.LoadCertificateFromFile(servers.Authority)];
        var path = Make("a.tar.gz", "echo hello > file; tar -czf $archive file");
        File.Copy(path, Path.Join(servers.Repositories, "a.tar.gz"), overwrite: true);
        _hash = HashOf(path);
    }

    private string Host => $"127.0.0.1:{_servers.Https}";

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _proxy.DisposeAsync();

    [Fact]
    public async Task An_archive_comes_by_the_proxy_with_its_credentials()
    {
        Use(new() { Https = _proxy.UrlWithCredentials, Http = "http://none.invalid" });

        Assert.Equal(_hash, (await FetchAsync($"https://{Host}/to-same/dumb/a.tar.gz", _hash)).Value?.Id);

        Assert.All(_proxy.Requests, request => Assert.Equal($"CONNECT {Host}", request));
        Assert.NotEmpty(_proxy.Requests);
    }

    [Fact]
    public async Task A_proxy_may_be_by_socks()
    {
        Use(new() { All = $"socks5h://127.0.0.1:{_servers.Socks}" });

        Assert.Equal(_hash, (await FetchAsync($"https://{Host}/dumb/a.tar.gz", _hash)).Value?.Id);
    }

    [Fact]
    public async Task A_host_that_is_excepted_is_asked_itself()
    {
        Use(new() { All = _proxy.UrlWithCredentials, NoProxy = "example.org, 127.0.0.1" });

        Assert.Equal(_hash, (await FetchAsync($"https://{Host}/dumb/a.tar.gz", _hash)).Value?.Id);

        Assert.Empty(_proxy.Requests);
    }

    [Fact]
    public async Task Each_address_of_a_redirect_goes_its_own_way()
    {
        await using var elsewhere = new HttpProxy { Resolve = (_, port) => new(IPAddress.Loopback, port) };
        await using var first = new TestServer(async (stream, cancellationToken) =>
        {
            using var pem = X509Certificate2.CreateFromPemFile(_servers.PathOf("good.pem"), _servers.PathOf("good.key"));
            await using var secure = new SslStream(stream);
            await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = pem }, cancellationToken);
            await secure.ReadAtLeastAsync(new byte[4096], 20, throwOnEndOfStream: false, cancellationToken);
            var location = $"https://archives.example.org:{_servers.Https}/dumb/a.tar.gz";
            await secure.WriteAsync(
                Encoding.ASCII.GetBytes($"HTTP/1.1 302 Go\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), cancellationToken);
        });
        Use(new() { All = elsewhere.Url, NoProxy = "127.0.0.1" });

        // The server behind that name has a certificate for its address alone.
        Assert.Contains("is for another name", (await FetchAsync($"https://127.0.0.1:{first.Port}/a", _hash)).Failure?.Reason);

        Assert.Equal([$"CONNECT archives.example.org:{_servers.Https}"], elsewhere.Requests.Distinct());
        Assert.Equal(1, first.Connections);
    }

    [Fact]
    public async Task A_proxy_that_wants_other_credentials_is_named_without_them()
    {
        Use(new() { All = _proxy.Url });
        Assert.StartsWith($"the proxy {_proxy.Url} wants credentials", await FailedAsync(transience: null));

        Use(new() { All = _proxy.UrlWithCredentials.Replace("S3cret", "M1staken", StringComparison.Ordinal) });
        Assert.StartsWith($"the proxy {_proxy.Url} refuses its credentials", await FailedAsync(transience: null));
    }

    [Fact]
    public async Task A_proxy_that_is_away_or_does_not_let_through_is_named()
    {
        var port = GitServers.FreePort();
        Use(new() { All = $"http://me:M1staken@127.0.0.1:{port}" });
        Assert.Contains($"the proxy http://127.0.0.1:{port} could not be reached", await FailedAsync(new Transience()));
        Use(new() { All = "http://me:M1staken@proxy.invalid:3128" });
        Assert.Contains("the proxy http://proxy.invalid:3128 could not be reached", await FailedAsync(new Transience()));
        Use(new() { All = $"socks5://me:M1staken@{Host}" });
        Assert.Contains($"the proxy socks5h://{Host} could not be reached", await FailedAsync(new Transience()));

        Use(new() { All = _proxy.UrlWithCredentials });
        _proxy.Status = 403;
        Assert.Equal($"the proxy {_proxy.Url} answers 403", await FailedAsync(transience: null));
        _proxy.Status = 503;
        Assert.Equal($"the proxy {_proxy.Url} answers 503", await FailedAsync(new Transience()));
    }

    [Fact]
    public async Task A_proxy_that_says_nothing_is_left()
    {
        Use(new() { All = _proxy.Url });
        _proxy.IsSilent = true;
        Patience = new SourcePatience(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

        Assert.Equal(
            $"no connection with {Host} (by the proxy {_proxy.Url}) within 1 seconds", await FailedAsync(new Transience { TimedOut = true }));
    }

    private void Use(ProxyConfiguration proxy) => Configuration = Configuration with { Proxy = proxy };

    private async Task<string> FailedAsync(Transience? transience)
    {
        var failure = (await FetchAsync($"https://{Host}/dumb/a.tar.gz", _hash)).Failure!;
        Assert.DoesNotContain("M1staken", JsonSerializer.Serialize(failure) + failure);
        Assert.Equal(transience, failure.Transience);
        return failure.Reason;
    }
}

using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Plugins.Tests.Sources.Git;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Plugins.Tests.Sources.Archive;

[Collection(SharedGitServers.Name)]
[Trait("Category", "Acceptance")]
public sealed class ArchiveDownloadTests : ArchiveSourceTest
{
    private readonly GitServers _servers;
    private readonly string _path;

    public ArchiveDownloadTests(GitServers servers)
    {
        _servers = servers;
        Authorities = [X509CertificateLoader.LoadCertificateFromFile(servers.Authority)];
        _path = Make("a.tar.gz", "echo hello > file; tar -czf $archive file");
        File.Copy(_path, Path.Join(servers.Repositories, "a.tar.gz"), overwrite: true);
    }

    private string Host => $"127.0.0.1:{_servers.Https}";

    private string Hash => HashOf(_path);

    [Theory]
    [InlineData("https://{0}/dumb/a.tar.gz")]
    [InlineData("https://{0}/to-same/dumb/a.tar.gz")]
    [InlineData("https://{1}:{2}@{0}/kept/a.tar.gz")]
    [InlineData("https://{1}:{2}@{0}/to-same/kept/a.tar.gz")]
    [InlineData("file://{3}")]
    [InlineData("{3}")]
    public async Task Each_way_brings_the_file(string url)
    {
        var fetched = await FetchAsync(Format(url), Hash.ToUpperInvariant());

        Assert.Equal((new SourceRevision(Hash), null), (fetched.Value, fetched.Failure?.Reason));
    }

    [Theory]
    [InlineData("https://{0}/dumb/a.tar.gz")]
    [InlineData("file://{3}")]
    public async Task Another_file_than_the_one_that_was_named_is_refused(string url)
    {
        var other = new string('a', 64);

        var failure = (await FetchAsync(Format(url), other)).Failure;

        Assert.Equal(("downloading", $"the file has the SHA-256 {Hash}, not {other}"), (failure?.Step, failure?.Reason));
        Assert.Null(failure?.Transience);
    }

    [Theory]
    [InlineData("http://{0}/dumb/a.tar.gz", "comes by https")]
    [InlineData("ssh://root@{0}/a.tar.gz", "comes by https")]
    [InlineData("ftp://{0}/a.tar.gz", "scheme")]
    [InlineData("https://{0}/to-http/dumb/a.tar.gz", "no address by https")]
    [InlineData("https://{0}/to-ftp/a.tar.gz", "scheme")]
    [InlineData("https://{0}/round/a.tar.gz", "one redirect to the next")]
    [InlineData("https://{0}/dumb/none.tar.gz", "has no such file")]
    [InlineData("https://{0}/kept/a.tar.gz", "there are none for it")]
    [InlineData("https://deploy:M1staken@{0}/kept/a.tar.gz", "refuses the credentials")]
    [InlineData("https://{4}/dumb/a.tar.gz", "signed by itself")]
    [InlineData("https://{5}/dumb/a.tar.gz", "has expired")]
    [InlineData("https://localhost:{6}/dumb/a.tar.gz", "is for another name")]
    [InlineData("file:///none.tar.gz", "is no file")]
    [InlineData("file:///dev/zero", "is no file")]
    [InlineData("file:///etc", "is no file")]
    public async Task What_does_not_come_is_told_and_not_tried_again(string url, string reason)
    {
        var failure = (await FetchAsync(Format(url), Hash)).Failure;

        Assert.Contains(reason, failure?.Reason);
        Assert.Equal(("downloading", null), (failure?.Step, failure?.Transience));
        Assert.DoesNotContain("M1staken", failure?.Reason);
    }

    [Theory]
    [InlineData("/busy/a.tar.gz", 7)]
    [InlineData("/slow/a.tar.gz", null)]
    [InlineData("/broken/a.tar.gz", null)]
    public async Task What_may_come_later_is_tried_again(string path, int? seconds)
    {
        var failure = (await FetchAsync($"https://{Host}{path}", Hash)).Failure;

        Assert.Equal(new Transience { RetryAfter = seconds is { } wait ? TimeSpan.FromSeconds(wait) : null }, failure?.Transience);
    }

    [Fact]
    public async Task A_host_that_is_not_there_is_tried_again()
    {
        Assert.Equal(new Transience(), (await FetchAsync($"https://127.0.0.1:{GitServers.FreePort()}/a", Hash)).Failure?.Transience);
        Assert.Equal(new Transience(), (await FetchAsync("https://host.invalid/a", Hash)).Failure?.Transience);
    }

    [Fact]
    public async Task A_redirect_stays_with_the_addresses_that_are_configured()
    {
        Configuration = Configuration with { Sources = new SourcesConfiguration { Allow = [$"https://{Host}/to-same/*"] } };
        Assert.Contains("sources.allow", (await FetchAsync($"https://{Host}/dumb/a.tar.gz", Hash)).Failure?.Reason);

        Assert.Contains("sources.allow", (await FetchAsync($"https://{Host}/to-same/dumb/a.tar.gz", Hash)).Failure?.Reason);
    }

    [Theory]
    [InlineData("https")]
    [InlineData("file")]
    public async Task A_scheme_that_is_not_configured_is_refused(string left)
    {
        Configuration = Configuration with { Sources = new SourcesConfiguration { Schemes = [left] } };

        Assert.Equal(left == "https", (await FetchAsync($"https://{Host}/dumb/a.tar.gz", Hash)).Succeeded);
        Assert.Equal(left == "file", (await FetchAsync(_path, Hash)).Succeeded);
    }

    [Fact]
    public async Task Credentials_of_the_configuration_count_and_go_nowhere_else()
    {
        var file = Files.Write("token", GitServers.Password);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var credentials = new SourceCredentialsConfiguration { Url = $"https://{Host}/*", User = GitServers.User, File = file };
        Configuration = Configuration with { Sources = new SourcesConfiguration { Credentials = [credentials] } };
        List<string> seen = [];
        await using var other = Server(async (stream, request, cancellationToken) =>
        {
            seen.Add(request);
            await stream.WriteAsync("HTTP/1.1 404 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), cancellationToken);
        });
        await using var first = Server((stream, request, cancellationToken) =>
        {
            seen.Add(request);
            return stream.WriteAsync(Encoding.ASCII.GetBytes(
                $"HTTP/1.1 302 Go\r\nLocation: https://127.0.0.1:{other.Port}/a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), cancellationToken).AsTask();
        });

        Assert.True((await FetchAsync($"https://{Host}/kept/a.tar.gz", Hash)).Succeeded);
        Assert.Contains("has no such file", (await FetchAsync($"https://me:secret@127.0.0.1:{first.Port}/a", Hash)).Failure?.Reason);

        Assert.Equal([true, false], seen.Select(request => request.Contains("Authorization: Basic", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_secret_is_in_no_way_out()
    {
        var secret = "S3cret" + Guid.NewGuid().ToString("N");
        foreach (var url in (string[])[$"https://{secret}@{Host}/kept/a", $"https://me:{secret}@{Host}/to-http/a", $"https://{Host}/a?token={secret}", $"me:{secret}@{Host}/a"])
        {
            var failure = (await FetchAsync(url, Hash)).Failure;
            Assert.DoesNotContain(secret, System.Text.Json.JsonSerializer.Serialize(failure) + failure);
        }
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_left_while_it_comes()
    {
        Configuration = Configuration with { Limits = Configuration.Limits with { SourceMegabytes = 1 } };
        await using var server = Server(async (stream, _, cancellationToken) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"u8.ToArray(), cancellationToken);
            // Not for ever, should nobody leave.
            for (var megabytes = 0; megabytes < 64; megabytes++)
                await stream.WriteAsync(new byte[1024 * 1024], cancellationToken);
        });

        Assert.Contains("limits.source_megabytes", (await FetchAsync($"https://127.0.0.1:{server.Port}/a", Hash)).Failure?.Reason);
        Assert.Contains("limits.source_megabytes", (await FetchAsync(Make("large", "head -c 2000000 /dev/zero > $archive"), Hash)).Failure?.Reason);
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_left_and_one_that_sends_little_by_little_is_not()
    {
        Patience = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        var content = await File.ReadAllBytesAsync(_path);
        var falls = false;
        await using var server = Server(async (stream, _, cancellationToken) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {content.Length}\r\nConnection: close\r\n\r\n"), cancellationToken);
            foreach (var part in content.Chunk(content.Length / 4))
            {
                await stream.WriteAsync(part, cancellationToken);
                await Task.Delay(falls ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(0.4), cancellationToken);
            }
        });
        var url = $"https://127.0.0.1:{server.Port}/a";
        Assert.True((await FetchAsync(url, Hash)).Succeeded);

        falls = true;

        var failure = (await FetchAsync(url, Hash)).Failure;
        Assert.Equal(($"nothing came from 127.0.0.1:{server.Port} for 1 seconds", true), (failure?.Reason, failure?.Transience?.TimedOut));
        // It has been tried once more.
        Assert.Equal((failure?.Reason, null), ((await FetchAsync(url, Hash)) is { Failure: var again } ? (again?.Reason, again?.Transience) : default));
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_left()
    {
        Patience = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        await using var mute = new TestServer((_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken));
        await using var silent = Server((_, _, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken));

        Assert.True((await FetchAsync($"https://127.0.0.1:{mute.Port}/a", Hash)).Failure?.Transience?.TimedOut);
        Assert.True((await FetchAsync($"https://127.0.0.1:{silent.Port}/a", Hash)).Failure?.Transience?.TimedOut);
    }

    [Fact]
    public async Task One_that_hangs_up_in_the_middle_is_tried_again()
    {
        await using var server = Server((stream, _, cancellationToken) =>
            stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\nxxx"u8.ToArray(), cancellationToken).AsTask());

        Assert.Equal(new Transience(), (await FetchAsync($"https://127.0.0.1:{server.Port}/a", Hash)).Failure?.Transience);
    }

    [Fact]
    public async Task What_the_user_who_fetches_may_not_read_is_not_read()
    {
        File.SetUnixFileMode(_path, UnixFileMode.UserRead);
        User = UnixUser.Find("wazo-plugind");

        var failure = (await FetchAsync("file://" + _path, new string('0', 64))).Failure;

        Assert.Contains("the user wazo-plugind, as whom sources are fetched, may not read", failure?.Reason);
        Assert.DoesNotContain(Hash, failure?.Reason);
    }

    private string Format(string url) => string.Format(
        null,
        CompositeFormat.Parse(url),
        Host, GitServers.User, Uri.EscapeDataString(GitServers.Password), _path, $"127.0.0.1:{_servers.SelfSigned}", $"127.0.0.1:{_servers.Expired}", _servers.Https);

    // By https, with the certificate that the authority has signed.
    private TestServer Server(Func<Stream, string, CancellationToken, Task> answer) => new(async (stream, cancellationToken) =>
    {
        using var pem = X509Certificate2.CreateFromPemFile(_servers.PathOf("good.pem"), _servers.PathOf("good.key"));
        await using var secure = new SslStream(stream);
        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = pem }, cancellationToken);
        var request = new byte[4096];
        var length = await secure.ReadAtLeastAsync(request, 20, throwOnEndOfStream: false, cancellationToken);
        await answer(secure, Encoding.ASCII.GetString(request, 0, length), cancellationToken);
    });
}

using System.Text;
using System.Text.Json;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Processes;

namespace WazoPlugind.Plugins.Tests.Sources.Git;

[Collection(SharedGitServers.Name)]
[Trait("Category", "Acceptance")]
public sealed class GitSecretsTests(GitServers servers) : GitSourceTest(servers)
{
    // Nothing else on the machine holds it.
    private readonly string _secret = "S3cret" + Guid.NewGuid().ToString("N");

    [Theory]
    [InlineData("http://deploy:SECRET@HOST/x.git", true)]
    [InlineData("http://deploy:SECRET%2F%20x@HOST/x.git", true)]
    [InlineData("http://SECRET@HOST/x.git", true)]
    [InlineData("http://SECRET:@HOST/x.git", true)]
    [InlineData("http://deploy:SECRET/x@HOST/x.git", false)]
    [InlineData("http://deploy:SECRET x@HOST/x.git", false)]
    [InlineData("http://deploy:12/SECRET@HOST/x.git", false)]
    [InlineData("deploy:SECRET@HOST/x.git", false)]
    [InlineData("http://HOST/x.git?private_token=SECRET", false)]
    [InlineData("http://HOST/x.git?a=b&access_token=SECRET", false)]
    [InlineData("git://deploy:SECRET@HOST/x.git", false)]
    [InlineData("ssh://git:SECRET@HOST/x.git", false)]
    public async Task A_secret_is_in_no_way_out(string url, bool isUsed)
    {
        // A server that repeats what it is told, and takes its time, so that the processes can be looked at.
        List<string> seen = [];
        await using var server = new TestServer(async (stream, cancellationToken) =>
        {
            var request = await ReadAsync(stream, cancellationToken);
            seen.AddRange(Processes().Where(text => text.Contains(_secret, StringComparison.Ordinal)));
            var authorization = request.Split("\r\n").FirstOrDefault(line => line.StartsWith("Authorization: Basic ", StringComparison.Ordinal));
            var said = authorization is null
                ? ""
                : $"you said {authorization}, which is {Encoding.UTF8.GetString(Convert.FromBase64String(authorization.Split(' ')[2]))}, or {_secret}%2f%20x";
            await stream.WriteAsync(
                Encoding.UTF8.GetBytes(
                    $"HTTP/1.1 {(authorization is null ? "401 No" : "403 No")}\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Type: text/plain\r\n"
                    + $"Connection: close\r\nContent-Length: {Encoding.UTF8.GetByteCount(said)}\r\n\r\n{said}"),
                cancellationToken);
        });
        var options = new InstallOptions
        {
            Url = url.Replace("SECRET", _secret, StringComparison.Ordinal).Replace("HOST", $"127.0.0.1:{server.Port}", StringComparison.Ordinal),
        };

        var failure = (await Source().FetchAsync(options, revision: null, Workspace, Progress)).Failure;
        var said = JsonSerializer.Serialize(failure) + failure;

        Assert.DoesNotContain(_secret, said);
        Assert.DoesNotContain(_secret, PluginSources.Shown(new PluginOrigin(InstallMethods.Git, options), chosen: null).ToJsonString());
        Assert.DoesNotContain(_secret, string.Join('\n', Log.Lines));
        Assert.Empty(seen);
        Assert.Equal("", await Servers.ShellAsync("grep -rsl \"$1\" \"$2\" \"$3\" || true", _secret, Workspace.Operation, Workspace.Download));
        // The one asks for credentials, the other one has them.
        Assert.Equal(isUsed, server.Connections > 1);
    }

    [Fact]
    public async Task An_output_that_repeats_a_secret_blanks_it_also_where_it_is_cut()
    {
        const int limit = 1000;
        var commands = new CommandRunner(TimeProvider.System, limit);
        var script = $"for i in $(seq 100); do printf %s {_secret}; done; printf '{string.Concat(Enumerable.Range(0, 3).Select(_ => $"a{_secret}b"))}'";

        var result = await commands.RunAsync(new Command("sh", "-c", script) { Secrets = [_secret] }, CancellationToken.None);

        Assert.EndsWith("a********ba********ba********b", result.Output);
        Assert.All(Enumerable.Range(0, _secret.Length - 8), start => Assert.DoesNotContain(_secret.Substring(start, 8), result.Output));
    }

    [Fact]
    public async Task A_command_reads_its_input_to_its_end()
    {
        var result = await new CommandRunner(TimeProvider.System).RunAsync(new Command("cat") { Input = "one\ntwo\n" }, CancellationToken.None);

        Assert.Equal("one\ntwo\n", result.Output);
    }

    private static async Task<string> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[8192];
        var length = await stream.ReadAtLeastAsync(buffer, 20, throwOnEndOfStream: false, cancellationToken);
        return Encoding.ASCII.GetString(buffer, 0, length);
    }

    // What ps shows to everybody, and what /proc shows to others of the same user.
    private static IEnumerable<string> Processes() => Directory.EnumerateDirectories("/proc")
        .Where(directory => int.TryParse(Path.GetFileName(directory), out _))
        .SelectMany(directory => ((string[])["cmdline", "environ"]).Select(file => Read(Path.Join(directory, file))));

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}

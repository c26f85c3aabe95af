using System.Net;
using System.Net.Sockets;
using System.Text;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Plugins.Tests.Sources.Git;

[Collection(SharedGitServers.Name)]
[Trait("Category", "Acceptance")]
public sealed class GitPatienceTests : GitSourceTest
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1.5);

    public GitPatienceTests(GitServers servers)
        : base(servers) => Patience = new SourcePatience(Short, Short);

    [Fact]
    public async Task A_server_that_says_nothing_is_left_after_a_while()
    {
        await using var server = new TestServer((_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken));

        await AssertLeftAsync(server.Port);
    }

    [Fact]
    public async Task A_connection_that_does_not_come_about_is_left_after_a_while()
    {
        // One that listens, and has more callers than it takes, drops what comes.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var callers = Enumerable.Range(0, 4).Select(_ => new TcpClient()).ToList();
        var calls = callers.Select(caller => caller.ConnectAsync((IPEndPoint)listener.LocalEndPoint!)).ToList();
        await Task.WhenAny(calls);
        Patience = Patience with { Silence = TimeSpan.FromMinutes(10) };

        await AssertLeftAsync(((IPEndPoint)listener.LocalEndPoint!).Port);

        callers.ForEach(caller => caller.Dispose());
        await Assert.ThrowsAnyAsync<Exception>(() => Task.WhenAll(calls));
    }

    [Fact]
    public async Task Who_waits_for_a_host_that_does_not_answer_waits_alone()
    {
        await using var server = new TestServer((_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken));
        var url = $"http://127.0.0.1:{server.Port}/plain.git";
        var first = TransientAsync(url);

        Transience? second = null;
        while (second is null)
        {
            // One of a moment later is under way as well: it may yet answer.
            await Task.Delay(100);
            if (Hosts.IsWaitedFor($"127.0.0.1:{server.Port}"))
                second = await TransientAsync(url);
        }

        Assert.True(second.IsUntried);
        Assert.Equal("3", await FetchFileAsync($"http://127.0.0.1:{Servers.Http}/git/plain.git"));
        Assert.True((await first).TimedOut);
        // It has been tried once more.
        Assert.Contains("nothing came", await ReasonAsync(url));
        Assert.False(await IsNewestAsync(new() { Url = url }, "0"));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task An_ssh_server_that_is_alive_and_says_nothing_is_left_after_a_while()
    {
        SshOptions = Servers.SshOptions();
        var fifo = Servers.PathOf(Guid.NewGuid().ToString());
        await Servers.ShellAsync("mkdir $1.git; mkfifo $1.git/HEAD; mkdir $1.git/objects $1.git/refs", fifo);

        var failure = await TransientAsync($"ssh://root@127.0.0.1:{Servers.Ssh}{fifo}.git");

        Assert.True(failure.TimedOut);
    }

    [Fact]
    public async Task A_server_that_prepares_for_long_and_says_that_it_lives_is_waited_for()
    {
        Assert.Equal("3", await FetchFileAsync($"http://127.0.0.1:{Servers.Http}/git/slow.git"));
    }

    [Fact]
    public async Task A_server_that_sends_little_by_little_is_waited_for()
    {
        var answer = await new HttpClient().GetByteArrayAsync(new Uri($"http://127.0.0.1:{Servers.Http}/dumb/plain.git/info/refs"));
        var parts = 0;
        await using var server = new TestServer(async (stream, cancellationToken) =>
        {
            await stream.ReadAtLeastAsync(new byte[100], 20, throwOnEndOfStream: false, cancellationToken);
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {answer.Length}\r\n\r\n"), cancellationToken);
            foreach (var part in answer.Chunk(answer.Length / 4))
            {
                await Task.Delay(Interlocked.Increment(ref parts) < 6 ? Short / 3 : TimeSpan.Zero, cancellationToken);
                await stream.WriteAsync(part, cancellationToken);
            }
        });

        // It is no repository beyond that; all of its refs came.
        Assert.Contains("it has master, v1", await ReasonAsync($"http://127.0.0.1:{server.Port}/plain.git", "none"));
    }

    private async Task AssertLeftAsync(int port)
    {
        var failures = await Task.WhenAll(((string[])["http", "https", "git", "ssh"]).Select(scheme => TransientAsync($"{scheme}://127.0.0.1:{port}/plain.git")));

        Assert.All(failures, failure => Assert.True(failure.TimedOut));
    }
}

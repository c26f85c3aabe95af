using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WazoPlugind.Harness;

/// <summary>An HTTP proxy on loopback: it takes CONNECT and absolute urls, perhaps for credentials only, and remembers what went through.</summary>
public sealed class HttpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly Task _accepting;

    public HttpProxy()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>Its address, as messages show it.</summary>
    public string Url => $"http://127.0.0.1:{Port}";

    /// <summary>Its address with the credentials that it wants.</summary>
    public string UrlWithCredentials => $"http://{Uri.EscapeDataString(User ?? "")}:{Uri.EscapeDataString(Password)}@127.0.0.1:{Port}";

    /// <summary>The user name that it wants; <c>null</c> to let everybody through.</summary>
    public string? User { get; init; }

    public string Password { get; init; } = $"S3cret{Guid.NewGuid():N}/ä:@";

    /// <summary>What it answers in place of letting anything through.</summary>
    public int? Status { get; set; }

    /// <summary>Whether it takes requests and says nothing.</summary>
    public bool IsSilent { get; set; }

    /// <summary>Where names lead that nobody else knows.</summary>
    public Func<string, int, IPEndPoint>? Resolve { get; init; }

    /// <summary>What it let through: method and address.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
                connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await ServeAsync(client.GetStream());
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // One of the two has gone, or the test has ended.
            }
        }
    }

    // One request for each connection.
    private async Task ServeAsync(NetworkStream client)
    {
        if (await ReadHeadAsync(client) is not [var line, .. var headers])
            return;
        if (IsSilent)
            await Task.Delay(Timeout.Infinite, _end.Token);
        var expected = $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"))}";
        if ((User is not null && !headers.Contains(expected) ? 407 : Status) is { } status)
        {
            const string rest = "Proxy-Authenticate: Basic realm=\"proxy\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            await client.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} No\r\n{rest}"), _end.Token);
            return;
        }

        var (method, target) = line.Split(' ') is [var first, var second, _] ? (first, second) : ("", "");
        _requests.Enqueue($"{method} {target}");
        var uri = new Uri(method == "CONNECT" ? $"tcp://{target}" : target);
        using var server = new TcpClient();
        await server.ConnectAsync(Resolve?.Invoke(uri.Host, uri.Port) ?? new IPEndPoint(IPAddress.Parse(uri.Host), uri.Port), _end.Token);
        if (method == "CONNECT")
        {
            await client.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), _end.Token);
        }
        else
        {
            string[] own = ["Proxy-", "Connection:"];
            var kept = headers.Where(header => !own.Any(name => header.StartsWith(name, StringComparison.OrdinalIgnoreCase)));
            var head = string.Join("\r\n", [$"{method} {uri.PathAndQuery} HTTP/1.1", .. kept, "Connection: close", "", ""]);
            await server.GetStream().WriteAsync(Encoding.Latin1.GetBytes(head), _end.Token);
        }

        await Task.WhenAny(client.CopyToAsync(server.GetStream(), _end.Token), server.GetStream().CopyToAsync(client, _end.Token));
    }

    // Byte by byte: what comes behind it is not the proxy's.
    private async Task<string[]> ReadHeadAsync(NetworkStream client)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (await client.ReadAsync(one, _end.Token) > 0)
        {
            head.Append((char)one[0]);
            if (one[0] == '\n' && head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
                return head.ToString().TrimEnd().Split("\r\n");
        }

        return [];
    }
}

using System.Net;
using System.Net.Sockets;

namespace WazoPlugind.Acceptance;

/// <summary>Takes every connection and says nothing, until it is told to hang up.</summary>
public sealed class SilentServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource _end = new();
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;

    public SilentServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/plugin.git";

    /// <summary>From now on every request is refused at once.</summary>
    public void Refuse() => _end.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Refuse();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_connections);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _connections.Add(HoldAsync(await _listener.AcceptTcpClientAsync()));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private async Task HoldAsync(TcpClient client)
    {
        using (client)
        {
            await _end.Task;
            try
            {
                await client.GetStream().WriteAsync("HTTP/1.1 403 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
            }
            catch (IOException)
            {
                // Nobody waits any more.
            }
        }
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace WazoPlugind.Harness;

/// <summary>The way to the real broker: it can be cut, closed and opened again, and speak TLS to its clients.</summary>
public sealed class BrokerProxy : IAsyncDisposable
{
    private readonly ConcurrentDictionary<TcpClient, byte> _clients = new();
    private readonly X509Certificate2? _certificate;
    private TcpListener _listener;
    private volatile byte[]? _freezesAt;
    private volatile TaskCompletionSource _thawed = new();

    private BrokerProxy(TcpListener listener, X509Certificate2? certificate) => (_listener, _certificate) = (listener, certificate);

    public int Port { get; private set; }

    /// <summary>Opens the way.</summary>
    /// <param name="certificate">The broker's certificate; <c>null</c> to speak without TLS.</param>
    public static BrokerProxy Start(X509Certificate2? certificate = null)
    {
        var proxy = new BrokerProxy(new TcpListener(IPAddress.Loopback, 0), certificate);
        proxy.Open();
        return proxy;
    }

    /// <summary>Lets clients connect, on the same port as before.</summary>
    public void Open()
    {
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync(_listener);
    }

    /// <summary>Lets nothing through any more, in either direction, of a connection on which a client sends a text, from that on.</summary>
    /// <param name="text">The text; an empty one freezes all.</param>
    public void Freeze(string text)
    {
        _thawed = new TaskCompletionSource();
        _freezesAt = Encoding.UTF8.GetBytes(text);
    }

    /// <summary>Lets everything through again, what was held first.</summary>
    public void Thaw()
    {
        _freezesAt = null;
        _thawed.TrySetResult();
    }

    /// <summary>Ends every connection; clients may connect again.</summary>
    public void Cut()
    {
        foreach (var client in _clients.Keys)
            client.Client?.Close(timeout: 0);
    }

    /// <summary>Ends every connection, and lets nobody connect.</summary>
    public void Close()
    {
        _listener.Stop();
        Cut();
    }

    public ValueTask DisposeAsync()
    {
        Close();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        while (true)
        {
            try
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var broker = new TcpClient { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            _clients[client] = _clients[broker] = 0;
            try
            {
                await broker.ConnectAsync(IPAddress.Loopback, 5672);
                Stream stream = client.GetStream();
                if (_certificate is not null)
                {
                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(_certificate);
                    stream = tls;
                }

                var connection = new FrozenState();
                await Task.WhenAny(CopyAsync(stream, broker.GetStream(), connection, isClient: true), CopyAsync(broker.GetStream(), stream, connection, isClient: false));
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // Cut.
            }
            finally
            {
                _clients.TryRemove(client, out _);
                _clients.TryRemove(broker, out _);
            }
        }
    }

    private async Task CopyAsync(Stream from, Stream to, FrozenState connection, bool isClient)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReadAsync(buffer) is > 0 and var count)
        {
            if (_freezesAt is { } text && ((isClient && buffer.AsSpan(0, count).IndexOf(text) >= 0) || text.Length == 0))
                connection.IsFrozen = true;
            if (connection.IsFrozen)
            {
                await _thawed.Task;
                connection.IsFrozen = false;
            }

            await to.WriteAsync(buffer.AsMemory(0, count));
        }
    }

    private sealed class FrozenState
    {
        public volatile bool IsFrozen;
    }
}

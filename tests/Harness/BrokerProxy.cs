using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace WazoPlugind.Harness;

/// <summary>The way to the real broker: it can be cut, closed and opened again, and speak TLS to its clients.</summary>
public sealed class BrokerProxy : IAsyncDisposable
{
    private readonly ConcurrentDictionary<TcpClient, byte> _clients = new();
    private readonly X509Certificate2? _certificate;
    private TcpListener _listener;

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

                await Task.WhenAny(stream.CopyToAsync(broker.GetStream()), broker.GetStream().CopyToAsync(stream));
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
}

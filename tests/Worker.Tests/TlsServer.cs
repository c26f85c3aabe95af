using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace WazoPlugind.Worker.Tests;

/// <summary>Stands for the broker at the far end of TLS: it takes what the first client says after the handshake, and no more.</summary>
internal sealed class TlsServer : IDisposable
{
    private const int ProtocolHeader = 8;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TaskCompletionSource<byte[]> _said = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Listens.</summary>
    /// <param name="certificate">Its certificate, with its key.</param>
    /// <param name="between">The authorities that it sends with it.</param>
    public TlsServer(X509Certificate2 certificate, params X509Certificate2[] between)
    {
        _listener.Start();
        _ = ServeAsync(SslStreamCertificateContext.Create(certificate, [.. between], offline: true));
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>What the client said inside TLS before it went, or the beginning of it; nothing, where it refused the handshake.</summary>
    public Task<byte[]> Said => _said.Task;

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync(SslStreamCertificateContext certificate)
    {
        var said = new byte[ProtocolHeader];
        var length = 0;
        try
        {
            using var client = await _listener.AcceptTcpClientAsync();
            await using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = certificate });
            while (length < said.Length && await tls.ReadAsync(said.AsMemory(length)) is > 0 and var read)
                length += read;
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException or SocketException or ObjectDisposedException)
        {
            // The client ends it so when it does not like the certificate.
        }

        _said.SetResult(said[..length]);
    }
}

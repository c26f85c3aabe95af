using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using WazoPlugind.StandIn;

namespace WazoPlugind.Api.Tests.Http;

public sealed class RefusedRequestsTests : ApiTest
{
    private const string Get = "GET /0.2/status HTTP/1.1\r\nHost: localhost\r\n";

    public static TheoryData<string, int, string, string> Refused => new()
    {
        { "nonsense\r\n\r\n", 400, "bad-request", "Invalid request line" },
        { "GET /0.2/plugins/%00/a HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "bad-request", "Invalid request target" },
        { "GET /0.2/\u00e9 HTTP/1.1\r\nHost: localhost\r\n\r\n", 400, "bad-request", "Invalid request target" },
        { "GET /0.2/status HTTP/1.1\r\n\r\n", 400, "bad-request", "Request is missing Host header" },
        { "GET /0.2/status HTTP/1.1\r\nHost: a b\r\n\r\n", 400, "bad-request", "Invalid Host header" },
        { "GET /0.2/status HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400, "bad-request", "Multiple Host headers" },
        { $"{Get}Content-Length: five\r\n\r\n", 400, "bad-request", "Invalid content length: five" },
        { $"{Get}Content-Length: 5\r\nContent-Length: 6\r\n\r\n", 400, "bad-request", "Multiple Content-Length headers" },
        { $"{Get}Transfer-Encoding: gzip\r\n\r\n", 400, "bad-request", "The message body length cannot be determined because the final transfer coding was set to" },
        { $"{Get}X-Odd\r\n\r\n", 400, "bad-request", "Invalid request header" },
        { $"{Get}X-Odd: a\0b\r\n\r\n", 400, "bad-request", "Malformed request: invalid headers" },
        { $"{Get}X-Odd: \u00e9\r\n\r\n", 400, "bad-request", "Malformed request: invalid headers" },
        { $"{Get}X-\u00e9: odd\r\n\r\n", 400, "bad-request", "Invalid characters in header name" },
        { "GET /0.2/status HTTP/9.9\r\nHost: localhost\r\n\r\n", 505, "http-version-not-supported", "Unrecognized HTTP version" },
        { "POST /0.2/plugins HTTP/1.0\r\n\r\n", 400, "bad-request", "POST request contains no Content-Length header" },
        { $"GET /0.2/{new string('x', 9000)} HTTP/1.1\r\nHost: localhost\r\n\r\n", 414, "uri-too-long", "Request line too long" },
        { $"{Get}X-Long: {new string('x', 40_000)}\r\n\r\n", 431, "request-header-fields-too-large", "Request headers too long" },
        { $"{Get}{string.Concat(Enumerable.Repeat("X-Many: x\r\n", 200))}\r\n", 431, "request-header-fields-too-large", "Request contains too many headers" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task What_the_server_refuses_is_an_error_like_any_other(string request, int status, string id, string reason)
    {
        var (head, body) = await SendAsync(request);

        Assert.StartsWith($"HTTP/1.1 {status} ", head);
        Assert.Contains("\r\nContent-Type: application/json\r\n", head + "\r\n");
        Assert.Matches(@"\r\nX-Request-Id: [0-9a-f]{32}\r\n", head + "\r\n");
        Assert.Contains("\r\nConnection: close\r\n", head + "\r\n");
        Assert.Contains($"\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n", head + "\r\n");
        var error = JsonNode.Parse(body)!;
        Assert.Equal(id, error["error_id"]!.GetValue<string>());
        Assert.Equal(reason, error["details"]!["reason"]!.GetValue<string>());
        Assert.NotEmpty(error["message"]!.GetValue<string>());
        Assert.InRange(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - error["timestamp"]!.GetValue<double>(), -1, 60);
        Assert.Contains($"Refused with {status}, from 127.0.0.1: {reason}", await Api.ReadLogAsync("Refused with"));
    }

    // Unless it is refused before its method is read.
    [Fact]
    public async Task The_answer_to_HEAD_has_no_body()
    {
        var (head, body) = await SendAsync("HEAD /0.2/plugins HTTP/1.1\r\nHost: a b\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", head);
        Assert.Empty(body);
    }

    [Fact]
    public async Task A_good_request_before_it_keeps_its_answer()
    {
        var (head, rest) = await SendAsync($"{Get}\r\nnonsense\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 401 ", head);
        Assert.Contains("HTTP/1.1 400 Bad Request", rest);
        Assert.Contains("\"error_id\":\"unauthorized\"", rest);
        Assert.EndsWith("}", rest);
        Assert.Contains("\"error_id\":\"bad-request\"", rest);
    }

    [Fact]
    public async Task A_token_in_it_is_not_repeated()
    {
        var (_, body) = await SendAsync($"{Get}X-Auth-Token {StandInServer.MasterToken}\r\n\r\n");

        Assert.Equal("Invalid request header", JsonNode.Parse(body)!["details"]!["reason"]!.GetValue<string>());
        Assert.DoesNotContain(StandInServer.MasterToken, body + await Api.ReadLogAsync("Refused with 400"));
    }

    [Fact]
    public async Task Over_TLS_it_is_answered_too()
    {
        var directory = Directory.CreateTempSubdirectory("plugind-refused-");
        var (certificateFile, keyFile) = (Path.Join(directory.FullName, "server.crt"), Path.Join(directory.FullName, "server.key"));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        await File.WriteAllTextAsync(certificateFile, certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem());
        await using var api = await ApiHost.StartAsync(
            StandIn.Address.Port,
            configuration => configuration with
            {
                RestApi = configuration.RestApi with { Certificate = certificateFile, PrivateKey = keyFile },
            });
        directory.Delete(recursive: true);
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", api.Address.Port);
        await using var stream = new SslStream(
            client.GetStream(), leaveInnerStreamOpen: false, (_, served, _, _) => served!.GetCertHashString() == certificate.Thumbprint);
        await stream.AuthenticateAsClientAsync("localhost");

        var (head, body) = await SendAsync(stream, $"{Get}X-Long: {new string('x', 40_000)}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 431 ", head);
        Assert.Equal("request-header-fields-too-large", JsonNode.Parse(body)!["error_id"]!.GetValue<string>());
    }

    private async Task<(string Head, string Body)> SendAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Api.Address.Port);
        await using var stream = client.GetStream();
        return await SendAsync(stream, request);
    }

    private static async Task<(string Head, string Body)> SendAsync(Stream stream, string request)
    {
        // Bytes: some are no UTF-8.
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream);
        var answer = (await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30))).Split("\r\n\r\n", 2);
        return (answer[0], answer[1]);
    }
}

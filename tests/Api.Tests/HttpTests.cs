using System.Net.Sockets;
using System.Text;
using WazoPlugind.StandIn;

namespace WazoPlugind.Api.Tests;

/// <summary>What clients may do with HTTP, byte for byte.</summary>
public sealed class HttpTests : ApiTest
{
    private const string Market = """{"items": [{"namespace": "b", "name": "a b", "versions": []}]}""";
    private const string Token = "X-Auth-Token: " + StandInServer.MasterToken;

    protected override IReadOnlyList<string> Manifests => ["namespace: b\nname: a\nversion: 1"];

    [Theory]
    [InlineData("GET /0.2/plugins/b/a", 200, "\"name\":\"a\"")]
    [InlineData("GET /0.2/plugins/b/%61", 200, "\"name\":\"a\"")]
    [InlineData("GET /0.2/market/b/a%20b", 200, "\"name\":\"a b\"")]
    [InlineData("GET /0.2/plugins/b/a/", 404, "\"error_id\":\"not-found\"")]
    [InlineData("GET //0.2/plugins/b/a", 404, "\"error_id\":\"not-found\"")]
    [InlineData("GET /0.2/plugins//a", 404, "\"error_id\":\"not-found\"")]
    [InlineData("GET /0.2/plugins/b%2Fa", 404, "\"error_id\":\"not-found\"")]
    [InlineData("GET /0.2/plugins/b/a%2F..%2Fa", 404, "\"error_id\":\"plugin-not-found\"")]
    [InlineData("GET /0.2/plugins/b/..", 404, "\"error_id\":\"plugin-not-found\"")]
    [InlineData("GET /0.2/plugins/../plugins/b/a", 404, "\"error_id\":\"not-found\"")]
    [InlineData("GET /0.2/plugins/b/%E6%BC%A2", 404, "Plugin not found b/\\u6F22")]
    [InlineData("GET /0.2/plugins/b/%FF", 404, "\"error_id\":\"plugin-not-found\"")]
    [InlineData("GET /0.2/plugins/b/a?x=%00&y=%ff&=&&", 200, "\"name\":\"a\"")]
    [InlineData("GET /0.2/market?limit=1&LIMIT=2", 200, "\"filtered\":0")]
    [InlineData("GET /0.2/market?%00=%ff", 200, "\"filtered\":0")]
    [InlineData("GET /0.2/PLUGINS", 404, "\"error_id\":\"not-found\"")]
    [InlineData("DELETE /0.2/PLUGINS", 404, "\"error_id\":\"not-found\"")]
    [InlineData("OPTIONS /0.2/PLUGINS", 404, "\"error_id\":\"not-found\"")]
    [InlineData("GET /0.2/Plugins/b/a", 404, "\"error_id\":\"not-found\"")]
    [InlineData("GET /0.2/plugins/B/a", 404, "\"error_id\":\"plugin-not-found\"")]
    [InlineData("GET /0.2/%70lugins/b/a", 200, "\"name\":\"a\"")]
    [InlineData("GET /0.2/%50lugins/b/a", 404, "\"error_id\":\"not-found\"")]
    [InlineData("GET /0.2/api/API.yml", 404, "\"error_id\":\"not-found\"")]
    [InlineData("GET /0.2/operations/5F0C1A52-1111-4000-8000-000000000000", 404, "\"error_id\":\"operation-not-found\"")]
    [InlineData("get /0.2/plugins", 405, "Allow: GET, HEAD, POST, OPTIONS\r\n")]
    [InlineData("Get /0.2/plugins/b/a", 405, "Allow: GET, HEAD, PUT, DELETE, OPTIONS\r\n")]
    [InlineData("head /0.2/plugins", 405, "\"details\":{\"method\":\"head\"}")]
    [InlineData("options /0.2/plugins", 405, "\"details\":{\"method\":\"options\"}")]
    [InlineData("get /0.2/PLUGINS", 404, "\"error_id\":\"not-found\"")]
    [InlineData("DELETE /0.2/plugins", 405, "\"error_id\":\"method-not-allowed\"")]
    [InlineData("BREW /0.2/plugins", 405, "\"error_id\":\"method-not-allowed\"")]
    [InlineData("BREW /0.2/nothing", 404, "\"error_id\":\"not-found\"")]
    public async Task An_odd_address_gets_its_answer(string line, int status, string part)
    {
        StandIn.Market.Body = Market;
        var answer = await SendAsync($"{line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{Token}\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        Assert.Contains(part, answer);
    }

    [Theory]
    [InlineData("/0.2/plugins")]
    [InlineData("/0.2/plugins/b/a")]
    [InlineData("/0.2/plugins/b/nothing")]
    [InlineData("/0.2/market")]
    [InlineData("/0.2/market/b/a%20b")]
    [InlineData("/0.2/config")]
    [InlineData("/0.2/status")]
    [InlineData("/0.2/api/api.yml")]
    [InlineData("/0.2/api/openapi.json")]
    [InlineData("/0.2/nothing")]
    public async Task HEAD_is_GET_without_the_body(string path)
    {
        StandIn.Market.Body = Market;
        var get = await SendAsync($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Request-Id: one\r\n{Token}\r\n\r\n");
        var head = await SendAsync($"HEAD {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Request-Id: one\r\n{Token}\r\n\r\n");

        Assert.EndsWith("\r\n\r\n", head);
        Assert.Equal(Headers(get), Headers(head));
    }

    [Fact]
    public async Task A_connection_serves_one_request_after_the_other()
    {
        const string request = $"GET /0.2/plugins HTTP/1.1\r\nHost: localhost\r\n{Token}\r\n";

        var answer = await SendAsync($"{request}\r\n{request}Connection: close\r\n\r\n");

        Assert.Equal(3, answer.Split("HTTP/1.1 200 OK").Length);
    }

    [Fact]
    public async Task HTTP_1_0_is_served()
    {
        Assert.StartsWith("HTTP/1.1 200 OK", await SendAsync($"GET /0.2/plugins HTTP/1.0\r\n{Token}\r\n\r\n"));
    }

    [Theory]
    [InlineData("https://ui.example", "https://ui.example")]
    [InlineData("null", "null")]
    [InlineData("https://ui.\u00e9xample", "*")]
    [InlineData("a\u007fb", "*")]
    public async Task An_origin_is_repeated_unless_it_is_none(string origin, string expected)
    {
        var answer = await SendAsync($"GET /0.2/status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nOrigin: {origin}\r\n{Token}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 OK", answer);
        Assert.Contains($"Access-Control-Allow-Origin: {expected}\r\n", answer);
    }

    private static IEnumerable<string> Headers(string answer) => answer.Split("\r\n\r\n", 2)[0].Split("\r\n")
        .Where(line => !line.StartsWith("Date: ", StringComparison.Ordinal))
        // The length of a time in an error depends on the time.
        .Where(line => !answer.StartsWith("HTTP/1.1 404", StringComparison.Ordinal) || !line.StartsWith("Content-Length: ", StringComparison.Ordinal))
        .Order(StringComparer.Ordinal);

    private async Task<string> SendAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Api.Address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }
}

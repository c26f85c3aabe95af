using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.StandIn;

namespace WazoPlugind.Api.Tests;

public sealed class RequestLimitsTests : ApiTest
{
    protected override IReadOnlyList<string> Manifests => ["namespace: b\nname: a\nversion: 1"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_is_too_large_is_refused(bool chunked)
    {
        // No more than the service reads: the client would still be sending when the connection is closed.
        var (status, body) = await PostAsync("{\"method\": \"" + new string('x', (int)ApiSetup.MaxBodySize) + "\"}", chunked);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Contains("\"error_id\":\"request-too-large\"", body);
    }

    [Fact]
    public async Task A_chunked_body_is_read()
    {
        var (status, body) = await PostAsync("{}", chunked: true);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("Missing data for required field.", body);
    }

    [Theory]
    [InlineData("""{"method": "git", "method": "git", "options": {"url": "x"}}""", "not valid JSON: a key is there twice")]
    [InlineData("""{"method": "git", "options": {"url": "x", "url": "y"}}""", "not valid JSON: a key is there twice")]
    [InlineData("{\n \"method\": \"git\", \"options\": {\"url\": \"\\ud800\"}}", "not valid JSON: line 2, byte 38, no text")]
    [InlineData("""{"\ud800": 1}""", "not valid JSON: line 1, byte 2, no text")]
    [InlineData("{\"method\": \"\u00e9\"}", "not valid JSON: line 1, byte 12, no text")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "not valid JSON: line 1, byte 65")]
    [InlineData("\u0000", "not valid JSON: line 1, byte 1")]
    public async Task An_odd_body_is_invalid_data_that_says_where(string content, string reason)
    {
        // Bytes: one of them is no UTF-8.
        var (status, body) = await PostAsync(content, chunked: false, Encoding.Latin1);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("\"error_id\":\"invalid-data\"", body);
        Assert.Contains($"The body is {reason}.", body);
    }

    [Theory]
    [InlineData("POST", "/0.2/plugins", """{"method": "git", "options": {"url": "VALUE"}}""", "options.url")]
    [InlineData("POST", "/0.2/operations", """{"action": "install", "method": "git", "options": {"url": "VALUE"}}""", "options.url")]
    [InlineData("POST", "/0.2/operations", """{"action": "update", "namespace": "b", "name": "a", "options": {"url": "VALUE"}}""", "options.url")]
    [InlineData("PUT", "/0.2/plugins/b/a", """{"options": {"url": "VALUE"}}""", "options.url")]
    public async Task A_url_that_is_no_line_or_too_long_goes_to_no_worker(string method, string path, string content, string field)
    {
        foreach (var value in (string[])["https://host/a\\nb", "https://host/a\\u0000", "https://host/" + new string('a', 5000)])
            await RefuseAsync(method, path, content.Replace("VALUE", value, StringComparison.Ordinal), field);
    }

    [Theory]
    [InlineData("POST", "/0.2/plugins", """{"method": "git", "options": {"url": "u", "ref": "a\nb"}}""", "options.ref")]
    [InlineData("POST", "/0.2/plugins", """{"method": "market", "options": {"namespace": "b", "name": "a\nb"}}""", "options.name")]
    [InlineData("POST", "/0.2/operations", """{"action": "uninstall", "namespace": "b\n", "name": "a"}""", "namespace")]
    [InlineData("POST", "/0.2/operations", """{"action": "update", "namespace": "b", "name": "a\u001b"}""", "name")]
    [InlineData("PUT", "/0.2/plugins/b/a", """{"version": "1\n2"}""", "version")]
    [InlineData("PUT", "/0.2/plugins/b/a", """{"options": {"subdirectory": "\t"}}""", "options.subdirectory")]
    public Task A_text_that_is_no_line_goes_to_no_worker(string method, string path, string content, string field) =>
        RefuseAsync(method, path, content, field);

    [Theory]
    [InlineData("GET /0.2/status HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", "HTTP/1.1 408 ")]
    [InlineData("POST /0.2/plugins HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: 00000000-0000-4000-8000-000000000101\r\nContent-Length: 50\r\n\r\n{", "HTTP/1.1 408 ")]
    [InlineData("POST /0.2/plugins HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: 00000000-0000-4000-8000-000000000101\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", "HTTP/1.1 408 ")]
    public async Task A_client_that_stops_in_the_middle_is_cut_off(string beginning, string expected)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Api.Address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(beginning));

        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(60));

        Assert.StartsWith(expected, answer);
        Assert.Contains("\"error_id\":\"request-timeout\"", answer);
    }

    [Fact]
    public async Task A_chunk_that_is_none_is_a_bad_body()
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Api.Address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /0.2/plugins HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: {StandInServer.MasterToken}\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"));

        using var reader = new StreamReader(stream);
        var answer = (await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30))).Split("\r\n\r\n", 2);

        Assert.StartsWith("HTTP/1.1 400 ", answer[0]);
        var error = JsonNode.Parse(answer[1])!;
        Assert.Equal("invalid-data", error["error_id"]!.GetValue<string>());
        Assert.Equal("type", error["details"]!["body"]!["constraint_id"]!.GetValue<string>());
    }

    private async Task RefuseAsync(string method, string path, string content, string field)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent(content) };
        request.Headers.Add("X-Auth-Token", StandInServer.MasterToken);
        using var response = await Api.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal("invalid-data", error["error_id"]!.GetValue<string>());
        Assert.NotNull(field.Split('.').Aggregate(error["details"], (parent, key) => parent![key])!["constraint_id"]);
        Assert.Empty(((AcceptingPublisher)Api.Services.GetRequiredService<ICommandPublisher>()).Commands);
    }

    private async Task<(HttpStatusCode Status, string Body)> PostAsync(string content, bool chunked, Encoding? encoding = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/0.2/plugins");
        request.Headers.Add("X-Auth-Token", StandInServer.MasterToken);
        request.Headers.ExpectContinue = true;
        request.Headers.TransferEncodingChunked = chunked;
        request.Content = new ByteArrayContent((encoding ?? Encoding.UTF8).GetBytes(content));
        using var response = await Api.Client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}

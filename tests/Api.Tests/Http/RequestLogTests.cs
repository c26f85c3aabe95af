using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using WazoPlugind.StandIn;

namespace WazoPlugind.Api.Tests.Http;

public sealed class RequestLogTests : ApiTest
{
    private const string TraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

    [Fact]
    public async Task A_request_is_one_line_with_its_trace_and_the_end_of_its_token()
    {
        await SendAsync(
            HttpMethod.Get,
            "/0.2/plugins/a%0Ab/c?password=hidden",
            ("X-Auth-Token", StandInServer.MasterToken),
            ("traceparent", $"00-{TraceId}-00f067aa0ba902b7-01"),
            ("X-Forwarded-For", "192.0.2.7"));

        var log = await Api.ReadLogAsync("/c 401");
        Assert.Matches($@"GET /0\.2/plugins/a%0Ab/c 401 in [0-9.]+ ms, token \.\.\.0101, from 192\.0\.2\.7, request {TraceId}, trace {TraceId}", log);
        Assert.DoesNotContain(StandInServer.MasterToken, log);
        Assert.DoesNotContain("hidden", log);
    }

    [Fact]
    public async Task A_request_without_a_trace_gets_one_and_a_short_token_is_not_shown()
    {
        await SendAsync(HttpMethod.Get, "/0.2/plugins", ("X-Auth-Token", "secret"), ("traceparent", "garbage"));

        Assert.Matches(@"GET /0\.2/plugins 401 in [0-9.]+ ms, token \.\.\., from 127\.0\.0\.1, request ([0-9a-f]{32}), trace \1\b", await Api.ReadLogAsync("/plugins 401"));
    }

    [Theory]
    [InlineData("mine-1._X", "mine-1._X")]
    [InlineData("no good", "[0-9a-f]{32}")]
    public async Task Every_answer_has_the_id_of_its_request(string sent, string expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/0.2/nothing");
        request.Headers.TryAddWithoutValidation("X-Request-Id", sent);

        using var response = await Api.Client.SendAsync(request);

        var id = Assert.Single(response.Headers.GetValues("X-Request-Id"));
        Assert.Matches($@"\A{expected}\z", id);
        Assert.Contains($"request {id}", await Api.ReadLogAsync("/nothing 404"));
    }

    [Fact]
    public async Task An_unexpected_failure_has_an_id_that_the_log_has_too()
    {
        File.Delete(Api.StatusFile);

        var (status, body) = await SendAsync(HttpMethod.Get, "/0.2/plugins", ("X-Auth-Token", StandInServer.MasterToken));

        Assert.Equal(HttpStatusCode.InternalServerError, status);
        var error = JsonNode.Parse(body)!;
        Assert.Equal("internal-server-error", error["error_id"]!.GetValue<string>());
        Assert.DoesNotContain(" at ", body);
        var id = error["details"]!["id"]!.GetValue<string>();
        Assert.Equal(2, Regex.Count(await Api.ReadLogAsync("/plugins 500"), $"request {id}"));
    }

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Api.Client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}

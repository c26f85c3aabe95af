using System.Net;
using WazoPlugind.StandIn;

namespace WazoPlugind.Api.Tests;

public sealed class RequestLimitsTests : IAsyncLifetime
{
    private StandInServer _standIn = null!;
    private ApiHost _api = null!;

    public async Task InitializeAsync()
    {
        _standIn = await StandInServer.StartAsync(port: 0);
        _api = await (await ApiHost.StartAsync(_standIn.Address.Port)).ReadyAsync();
    }

    public async Task DisposeAsync()
    {
        await _api.DisposeAsync();
        await _standIn.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_is_too_large_is_refused(bool chunked)
    {
        var (status, body) = await PostAsync("{\"method\": \"" + new string('x', 2_000_000) + "\"}", chunked);

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
    [InlineData("""{"method": "git", "method": "git", "options": {"url": "x"}}""")]
    [InlineData("""{"method": "git", "options": {"url": "x", "url": "y"}}""")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    [InlineData("\u0000")]
    public async Task An_odd_body_is_invalid_data(string content)
    {
        var (status, body) = await PostAsync(content, chunked: false);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("\"error_id\":\"invalid-data\"", body);
    }

    private async Task<(HttpStatusCode Status, string Body)> PostAsync(string content, bool chunked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/0.2/plugins");
        request.Headers.Add("X-Auth-Token", StandInServer.MasterToken);
        request.Headers.ExpectContinue = true;
        request.Headers.TransferEncodingChunked = chunked;
        request.Content = new StringContent(content);
        using var response = await _api.Client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}

using System.Net;
using System.Text.Json.Nodes;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.StandIn;

namespace WazoPlugind.Api.Tests.Status;

public sealed class StatusModuleTests : IAsyncLifetime
{
    private StandInServer _standIn = null!;

    public async Task InitializeAsync() => _standIn = await StandInServer.StartAsync(port: 0);

    public async Task DisposeAsync() => await _standIn.DisposeAsync();

    [Fact]
    public async Task Health_is_told_without_a_token_to_programs_of_this_machine_only()
    {
        await using var api = await (await ApiHost.StartAsync(_standIn.Address.Port)).ReadyAsync();

        var (status, body) = await GetHealthAsync(api);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(["rest_api", "master_tenant", "bus", "worker", "tools"], body.Select(part => part.Key));
        foreach (var header in (string[])["X-Forwarded-For", "x-forwarded-proto", "X-Script-Name", "Forwarded"])
            Assert.Equal(HttpStatusCode.Unauthorized, (await GetHealthAsync(api, header)).Status);
        Assert.Equal(HttpStatusCode.OK, (await GetHealthAsync(api, "X-Forwarded-For", StandInServer.MasterToken)).Status);
    }

    [Fact]
    public async Task Health_without_a_broker_is_an_error_that_names_the_parts()
    {
        await using var api = await (await ApiHost.StartAsync(
            _standIn.Address.Port,
            configuration => configuration with { Bus = new BusConfiguration { Host = "127.0.0.1", Port = 1, Transport = BusConfiguration.RabbitMq } })).ReadyAsync();

        var (status, body) = await GetHealthAsync(api);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("unhealthy", body["error_id"]!.GetValue<string>());
        Assert.Equal("unreachable", body["details"]!["bus"]!["reason"]!.GetValue<string>());
        Assert.Equal("ok", body["details"]!["rest_api"]!["status"]!.GetValue<string>());
    }

    private static async Task<(HttpStatusCode Status, JsonObject Body)> GetHealthAsync(ApiHost api, string? header = null, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/0.2/health");
        if (header is not null)
            request.Headers.Add(header, "/a");
        if (token is not null)
            request.Headers.Add("X-Auth-Token", token);
        using var response = await api.Client.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject());
    }
}

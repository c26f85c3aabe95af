using System.Diagnostics;
using System.Net;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.StandIn;

namespace WazoPlugind.Api.Tests;

public sealed class BusUnavailableTests : IAsyncLifetime
{
    private StandInServer _standIn = null!;

    public async Task InitializeAsync() => _standIn = await StandInServer.StartAsync(port: 0);

    public async Task DisposeAsync() => await _standIn.DisposeAsync();

    [Fact]
    public async Task A_command_without_a_broker_is_refused_and_the_reads_go_on()
    {
        await using var api = await (await ApiHost.StartAsync(
            _standIn.Address.Port,
            configuration => configuration with
            {
                Bus = new BusConfiguration { Host = "127.0.0.1", Port = 1, Transport = BusConfiguration.RabbitMq },
            })).ReadyAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/0.2/plugins");
        request.Headers.Add("X-Auth-Token", StandInServer.MasterToken);
        request.Content = new StringContent("""{"method": "git", "options": {"url": "file:///srv/a"}}""");

        var started = Stopwatch.GetTimestamp();
        using var response = await api.Client.SendAsync(request);

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(3));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("\"error_id\":\"bus-unavailable\"", await response.Content.ReadAsStringAsync());
        Assert.Equal("""{"items":[],"total":0}""", await api.GetAsync("/0.2/plugins"));
        const string reason = "\"status\":\"fail\",\"reason\":\"unreachable\",\"message\":\"there is no broker at 127.0.0.1:1: ";
        var status = await api.GetAsync("/0.2/status");
        Assert.StartsWith($$"""{"rest_api":{"status":"ok"},"master_tenant":{"status":"ok"},"bus":{{{reason}}""", status);
        Assert.Contains($$"""},"worker":{{{reason}}""", status);
    }
}

using System.Net;
using System.Text.Json.Nodes;
using RabbitMQ.Client;
using WazoPlugind.Harness;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Operations.Records;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.StandIn;

namespace WazoPlugind.Api.Tests.Operations;

/// <summary>What is asked for, and the real broker has; no worker runs.</summary>
[Trait("Category", "Acceptance")]
public sealed class RequestsOnTheBrokerTests : IAsyncLifetime
{
    private VirtualHost _host = null!;
    private StandInServer _standIn = null!;
    private IConnection _connection = null!;

    public async Task InitializeAsync()
    {
        _host = await VirtualHost.CreateAsync();
        _standIn = await StandInServer.StartAsync(port: 0);
        _connection = await _host.ConnectAsync();
    }

    public async Task DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _standIn.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_request_is_in_its_queue_with_who_asks()
    {
        await using var api = await StartAsync();

        var (status, uuid) = await UpdateAllAsync(api);

        Assert.Equal(HttpStatusCode.Created, status);
        await using var channel = await _connection.CreateChannelAsync();
        var message = (await channel.BasicGetAsync(Queues.Requests, autoAck: true))!;
        Assert.Equal((uuid, "UpdateAllPluginsCommand"), (message.BasicProperties.CorrelationId, message.BasicProperties.Type));
        var body = JsonNode.Parse(message.Body.Span)!;
        Assert.Equal(uuid, body["uuid"]!.GetValue<string>());
        Assert.Equal(
            (StandInServer.UserUuid, StandInServer.MasterTenant),
            (body["requester"]!["user_uuid"]!.GetValue<string>(), body["requester"]!["tenant_uuid"]!.GetValue<string>()));
    }

    [Fact]
    public async Task One_that_waits_is_queued_for_every_process_and_one_that_nobody_has_is_lost()
    {
        await using (var accepting = await StartAsync())
            await UpdateAllAsync(accepting);
        var uuid = RequestUuid.Create("update", TimeProvider.System.GetUtcNow().AddMinutes(-1));

        await using var api = await StartAsync();
        Assert.Equal("queued", await StatusAsync(api, uuid));

        await using var channel = await _connection.CreateChannelAsync();
        await channel.QueuePurgeAsync(Queues.Requests);
        Assert.Equal("error", await StatusAsync(api, uuid));
        await channel.QueueDeleteAsync(Queues.Requests);
        Assert.Equal("error", await StatusAsync(api, uuid));
    }

    [Fact]
    public async Task Those_of_others_count_too_where_there_may_be_only_so_many()
    {
        await using var api = await StartAsync(limit: 2);
        await using var channel = await _connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await channel.QueueDeclareAsync(Queues.Commands, durable: true, exclusive: false, autoDelete: false);
        await channel.BasicPublishAsync("", Queues.Commands, mandatory: true, new BasicProperties(), "{}"u8.ToArray());

        Assert.Equal(HttpStatusCode.Created, (await UpdateAllAsync(api)).Status);

        // What was counted is old.
        await Task.Delay(1100);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await UpdateAllAsync(api)).Status);
    }

    [Fact]
    public async Task A_status_tells_of_queues_that_come_and_go()
    {
        await using var api = await StartAsync();
        Assert.Contains(
            $"\"bus\":{{\"status\":\"ok\"}},\"worker\":{{\"status\":\"fail\",\"reason\":\"no-worker\",\"message\":\"no worker takes from {string.Join(", ", Queues.All)}\"}}",
            await api.GetAsync("/0.2/status"));

        await using var channel = await _connection.CreateChannelAsync();
        foreach (var queue in Queues.All)
        {
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, QueueArguments.Of(queue).ToDictionary());
            await channel.BasicConsumeAsync(queue, autoAck: true, new RabbitMQ.Client.Events.AsyncEventingBasicConsumer(channel));
        }

        Assert.Contains("\"worker\":{\"status\":\"ok\"}", await api.GetAsync("/0.2/status"));
        await channel.QueueDeleteAsync(Queues.Fetch);
        Assert.Contains($"no worker takes from {Queues.Fetch}\"", await api.GetAsync("/0.2/status"));
        await channel.QueueDeclareAsync(Queues.Fetch, durable: true, exclusive: false, autoDelete: false);
        var status = await api.GetAsync("/0.2/status");
        Assert.Contains("\"bus\":{\"status\":\"ok\"},\"worker\":{\"status\":\"fail\",\"reason\":\"queue-arguments\"", status);
        Assert.Contains($"for queue \\u0027{Queues.Fetch}\\u0027", status);
    }

    private async Task<ApiHost> StartAsync(int limit = 1000) => await (await ApiHost.StartAsync(_standIn.Address.Port, configuration => configuration with
    {
        Bus = new BusConfiguration { Host = "127.0.0.1", Vhost = _host.Name, Transport = BusConfiguration.RabbitMq },
        Limits = configuration.Limits with { Operations = limit },
    })).ReadyAsync();

    private static async Task<(HttpStatusCode Status, string? Uuid)> UpdateAllAsync(ApiHost api)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/0.2/operations") { Content = new StringContent("""{"action": "update"}""") };
        request.Headers.Add("X-Auth-Token", StandInServer.MasterToken);
        using var response = await api.Client.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!["uuid"]?.GetValue<string>());
    }

    private static async Task<string> StatusAsync(ApiHost api, Guid uuid) =>
        JsonNode.Parse(await api.GetAsync($"/0.2/operations/{uuid}"))!["status"]!.GetValue<string>();
}

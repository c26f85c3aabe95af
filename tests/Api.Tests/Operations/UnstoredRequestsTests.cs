using System.Text.Json.Nodes;
using WazoPlugind.Operations.Records;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.StandIn;

namespace WazoPlugind.Api.Tests.Operations;

public sealed class UnstoredRequestsTests : IAsyncLifetime
{
    private StandInServer _standIn = null!;

    public async Task InitializeAsync() => _standIn = await StandInServer.StartAsync(port: 0);

    public async Task DisposeAsync() => await _standIn.DisposeAsync();

    [Fact]
    public async Task One_that_was_made_just_now_is_queued()
    {
        await using var api = await StartAsync();
        var uuid = Ago(TimeSpan.Zero, "uninstall");

        var shown = await FindAsync(api, uuid);

        Assert.Equal(
            ["uuid", "action", "status", "created_at", "finished_at", "error"],
            shown.AsObject().Select(property => property.Key));
        Assert.Equal(
            (uuid.ToString(), "uninstall", "queued", null, null),
            (Text(shown["uuid"]), Text(shown["action"]), Text(shown["status"]), shown["finished_at"], shown["error"]));
        Assert.True(DateTimeOffset.Parse(Text(shown["created_at"])!) > DateTimeOffset.UnixEpoch);
    }

    [Fact]
    public async Task Without_a_broker_it_is_queued_while_it_is_stored()
    {
        await using var api = await StartAsync();
        var (stored, lost) = (Ago(TimeSpan.FromMinutes(1)), Ago(TimeSpan.FromMinutes(1)));
        api.PrepareOperations($"""
            INSERT INTO outbox (operation, id, destination, type, body, requester) VALUES ('{stored}', 'a', 'plugind-requests', '', '', '')
            """);

        Assert.Equal("queued", Text((await FindAsync(api, stored))["status"]));
        var shown = await FindAsync(api, lost);
        Assert.Equal(("error", "install"), (Text(shown["status"]), Text(shown["action"])));
        Assert.Equal(
            """{"error_id":"request-lost","message":"Request lost","details":{},"failure":{"reason":"the broker no longer has it, and no worker: its queue was purged or deleted; ask for it again"}}""",
            shown["error"]!.ToJsonString());
    }

    [Fact]
    public async Task Those_that_are_stored_can_be_listed()
    {
        await using var api = await StartAsync();
        var stored = new[] { Ago(TimeSpan.FromMinutes(2)), Ago(TimeSpan.FromMinutes(1), "uninstall") };
        api.PrepareOperations(string.Join(';', stored.Select(uuid => $"""
            INSERT INTO outbox (operation, id, destination, type, body, requester) VALUES ('{uuid}', '{uuid}', 'plugind-requests', '', '', '')
            """)));

        async Task<IEnumerable<string?>> ListAsync(string query) =>
            JsonNode.Parse(await api.GetAsync("/0.2/operations?status=queued" + query))!["items"]!.AsArray().Select(item => Text(item!["uuid"]));
        Assert.Equal([stored[1].ToString(), stored[0].ToString()], await ListAsync(""));
        Assert.Equal([stored[0].ToString()], await ListAsync("&direction=asc&limit=1"));
        Assert.Equal([stored[1].ToString()], await ListAsync("&action=uninstall"));
        Assert.Empty(await ListAsync("&namespace=x"));
    }

    [Fact]
    public async Task Where_the_broker_cannot_be_asked_it_may_wait()
    {
        await using var api = await StartAsync(configuration => configuration with
        {
            Bus = new BusConfiguration { Host = "127.0.0.1", Port = 1, Transport = BusConfiguration.RabbitMq },
        });

        Assert.Equal("queued", Text((await FindAsync(api, Ago(TimeSpan.FromDays(1))))["status"]));
    }

    [Fact]
    public async Task One_whose_operation_may_have_been_pruned_is_not_found()
    {
        await using var api = await StartAsync(configuration => configuration with
        {
            Operations = configuration.Operations with { KeepCount = 2, KeepDays = 10 },
        });
        Assert.Equal("operation-not-found", Text((await FindAsync(api, Ago(TimeSpan.FromDays(11))))["error_id"]));
        Assert.Equal("error", Text((await FindAsync(api, Ago(TimeSpan.FromDays(9))))["status"]));

        // As many are kept as may be: what ended before is gone.
        api.PrepareOperations(string.Join(';', new[] { 1, 3 }.Select(hours => $"""
            INSERT INTO operations (uuid, kind, action, status, created_at, finished_at, data)
            VALUES ('{Guid.NewGuid()}', 'install', 'install', 'completed', '2026', '{TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-hours):O}', '')
            """)));
        Assert.Equal("operation-not-found", Text((await FindAsync(api, Ago(TimeSpan.FromHours(4))))["error_id"]));
        Assert.Equal("error", Text((await FindAsync(api, Ago(TimeSpan.FromHours(2))))["status"]));
    }

    [Fact]
    public async Task One_that_is_stored_in_this_moment_is_that_operation()
    {
        await using var api = await StartAsync();
        api.PrepareOperations();
        var uuid = Ago(TimeSpan.FromMinutes(1));

        var finding = FindAsync(api, uuid);
        await Task.Delay(100);
        api.PrepareOperations($"""
            INSERT INTO operations (uuid, kind, action, status, created_at, data) VALUES ('{uuid}', 'install', 'install', 'running', '2026', '')
            """);

        Assert.Equal("running", Text((await finding)["status"]));
    }

    private async Task<ApiHost> StartAsync(Func<PlugindConfiguration, PlugindConfiguration>? configure = null) =>
        await (await ApiHost.StartAsync(_standIn.Address.Port, configure)).ReadyAsync();

    private static Guid Ago(TimeSpan age, string action = "install") => RequestUuid.Create(action, TimeProvider.System.GetUtcNow() - age);

    private static async Task<JsonNode> FindAsync(ApiHost api, Guid uuid) => JsonNode.Parse(await api.GetAsync($"/0.2/operations/{uuid}"))!;

    private static string? Text(JsonNode? node) => node?.GetValue<string>();
}

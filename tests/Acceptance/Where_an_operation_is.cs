using System.Net;
using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

[Collection(SharedPlatform.Name)]
public sealed class Where_an_operation_is(Platform platform) : Journey(platform), IAsyncLifetime
{
    // What others find is whole, whatever became of this.
    Task IAsyncLifetime.DisposeAsync()
    {
        Platform.StandIn.Market.Status = (int)HttpStatusCode.OK;
        return DisposeAsync();
    }

    [Fact]
    public async Task Is_told_while_it_waits_and_what_was_tried_afterwards()
    {
        var gate = Path.Join(Platform.Directory, "gate-where");
        var needed = await Platform.CreatePluginAsync("where-needed", rules: $"[ $1 != build ] || until [ -e {gate} ]; do sleep 0.05; done");
        var repository = await Platform.CreatePluginAsync("where", manifest: "depends: [{namespace: acceptance, name: where-needed}]");
        Platform.OfferInMarket(needed);
        Platform.StandIn.Market.Status = (int)HttpStatusCode.ServiceUnavailable;

        var first = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url });
        var parts = await WaitingAsync(first, "parts");
        var part = Assert.Single(parts["operations"]!.AsArray())!.GetValue<string>();
        var next = await WaitingAsync(part, "next_try");
        Platform.StandIn.Market.Status = (int)HttpStatusCode.OK;
        await Platform.Events.WaitForAsync(part, "building");
        var building = await Wait.ForAsync(
            async () => await FindAsync(part) is { } operation && operation["current_step"]?["name"]?.GetValue<string>() == "building" ? operation : null,
            () => "the build");
        var second = await Platform.Client.RequestInstallAsync(new JsonObject { ["url"] = repository.Url });
        var turn = await WaitingAsync(second, "turn");
        await File.WriteAllTextAsync(gate, "");
        AssertCompleted(await Platform.Events.OfAsync(first));
        AssertCompleted(await Platform.Events.OfAsync(second));

        Assert.Null(building["waiting"]);
        Assert.Contains("503", next["reason"]!.GetValue<string>());
        Assert.NotNull(next["until"]);
        var attempts = Attempts(building).ToList();
        Assert.Equal(("build", 1, 0), attempts[1]);
        Assert.Equal((attempts[0].Begun - 1, true), (attempts[0].Postponed, attempts[0].Begun > 1));
        Assert.Equal([first], turn["operations"]!.AsArray().Select(operation => operation!.GetValue<string>()));
        var ended = await Platform.Client.GetEndedAsync(first);
        Assert.Null(ended["waiting"]);
        Assert.Equal([("fetch", 1, 0), ("build", 1, 0), ("install", 1, 0)], Attempts(ended));
        Assert.Equal([("fetch", 1, 0)], Attempts(await Platform.Client.GetEndedAsync(second)));
    }

    private static IEnumerable<(string Work, int Begun, int Postponed)> Attempts(JsonNode operation) => operation["attempts"]!.AsArray()
        .Select(work => (work!["work"]!.GetValue<string>(), work["begun"]!.GetValue<int>(), work["postponed"]!.GetValue<int>()));

    private Task<JsonNode> FindAsync(string operation) => Platform.Client.GetAsync($"/0.2/operations/{operation}");

    private Task<JsonNode> WaitingAsync(string operation, string what) => Wait.ForAsync(
        // A part is known by its whole before it has begun itself.
        async () => await Platform.Client.SendAsync(HttpMethod.Get, $"/0.2/operations/{operation}") is (HttpStatusCode.OK, { } found)
            && found["waiting"] is { } waiting && waiting["for"]!.GetValue<string>() == what ? waiting : null,
        () => $"that the operation waits for {what}");
}

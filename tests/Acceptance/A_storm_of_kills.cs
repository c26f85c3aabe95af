using System.Net;
using System.Text.Json.Nodes;

namespace WazoPlugind.Acceptance;

/// <summary>
/// Everything is killed again and again, at random, while one plugin ends each worker that builds it. That one fails, and says why;
/// everyone else gets what was asked for.
/// </summary>
[Collection(SharedPlatform.Name)]
public sealed class A_storm_of_kills(Platform platform) : Journey(platform)
{
    private const string Broker = "a broker";
    private const string OneProcess = "one process";

    public static IEnumerable<object[]> Storms => Soak.IsOn
        ? [[Broker, 6], [Broker, 20], [Broker, 50], [OneProcess, 6], [OneProcess, 20], [OneProcess, 50]]
        : [[Broker, 3]];

    // As long as a storm of fifty takes, with the pauses of what had to be tried alone.
    private static TimeSpan Patience => TimeSpan.FromMinutes(Soak.IsOn ? 10 : 1.5);

    [Theory]
    [MemberData(nameof(Storms))]
    public async Task Costs_nobody_an_operation_but_who_causes_it(string where, int kills)
    {
        var name = $"storm-{(where == Broker ? "bus" : "one")}-{kills}";
        var innocents = await CreateInnocentsAsync(name, Soak.IsOn ? 19 : 5);
        var killer = await Platform.CreatePluginAsync($"{name}-killer");
        await Platform.StopWorkerAsync();
        await Platform.Api.StopAsync();
        var port = Platform.FreePort();
        var (database, file) = (Path.Join(Platform.Directory, $"{name}.db"), await ConfigureAsync(where, name, port));
        List<SupervisedProcess> processes = [.. Start(where, file, $"package.built@{killer.Name}")];
        using var client = new PluginClient(port, () => Platform.Events);
        try
        {
            await client.WaitUntilReadyAsync(processes[0].Current);
            var guilty = await RequestAsync(client, killer);
            var accepted = await Task.WhenAll(innocents.Select(innocent => RequestAsync(client, innocent)));
            await KillAsync(processes, kills);

            foreach (var uuid in accepted)
                Assert.True(Text((await EndAsync(client, uuid))["status"]) == "completed", (await EndAsync(client, uuid)).ToJsonString());
            var end = await EndAsync(client, guilty);
            Assert.Equal("error", Text(end["status"]));
            Assert.Contains("its worker ended", Text(end["error"]!["failure"]!["reason"]));
            var others = (await client.GetAsync("/0.2/operations?limit=1000"))["items"]!.AsArray().Where(operation => Text(operation!["uuid"]) != guilty);
            Assert.All(others, operation => Assert.Equal("completed", Text(operation!["status"])));
            var healthy = await Platform.CreatePluginAsync($"{name}-healthy");
            Assert.Equal("completed", Text((await EndAsync(client, await RequestAsync(client, healthy)))["status"]));

            foreach (var innocent in (IEnumerable<PluginRepository>)[.. innocents, healthy])
                Assert.Equal("0.0.1", await Platform.InstalledVersionAsync(innocent.Package));
            Assert.Null(await Platform.InstalledVersionAsync(killer.Package));
            await Wait.UntilAsync(async () => await StoredAsync(database) == "0 0 0 0\n", "an empty outbox, inbox, secrets and turns");
            if (where == Broker)
                await Wait.UntilAsync(async () => (await WaitingMessagesAsync()).Length == 0, "empty queues of work");
        }
        finally
        {
            foreach (var process in processes)
                await process.DisposeAsync();
            await Platform.RestartApiAsync();
            await Platform.StartWorkerAsync();
            await Platform.WaitForWorkerAsync();
        }
    }

    // Every third needs two others, one of which is asked for by itself too.
    private async Task<IReadOnlyList<PluginRepository>> CreateInnocentsAsync(string name, int count)
    {
        var needed = await Platform.CreatePluginAsync($"{name}-needed");
        List<PluginRepository> innocents = [];
        for (var number = 0; number < count; number++)
        {
            var manifest = number % 3 == 2
                ? $"depends: [{{namespace: acceptance, name: {needed.Name}}}, {{namespace: acceptance, name: {innocents[^1].Name}}}]"
                : "";
            innocents.Add(await Platform.CreatePluginAsync($"{name}-{number}", manifest: manifest, rules: "[ $1 != build ] || sleep 0.3"));
        }

        Platform.OfferInMarket([needed, .. innocents]);
        return innocents;
    }

    private Task<string> ConfigureAsync(string where, string name, int port) => Platform.ConfigureAsync($$"""
        rest_api: {port: {{port}}}
        operations: {database: {{Platform.Directory}}/{{name}}.db}
        worker: {install_retry_delay: 1, kill_limit: {{(Soak.IsOn ? 5 : 2)}}}
        {{(where == OneProcess ? $"bus: {{port: 1, events_file: {Platform.Directory}/{name}.events}}" : "")}}
        """);

    private static IEnumerable<SupervisedProcess> Start(string where, string file, string fault)
    {
        if (where == OneProcess)
        {
            yield return new(() => ServiceProcess.Start("Standalone", "wazo-plugind", fault, ["--standalone", "-c", file]));
            yield break;
        }

        yield return new(() => ServiceProcess.Start("Api", "wazo-plugind-api", "-c", file));
        yield return new(() => ServiceProcess.Start("Worker", "wazo-plugind-worker", fault, ["-c", file]));
        yield return new(() => ServiceProcess.Start("Worker", "wazo-plugind-worker", fault, ["-c", file, "--roles", "build"]));
    }

    private static async Task KillAsync(List<SupervisedProcess> processes, int kills)
    {
        var random = new Random(kills);
        for (var kill = 0; kill < kills; kill++)
        {
            await Task.Delay(random.Next(300, 2000));
            await processes[random.Next(processes.Count)].KillAsync();
        }
    }

    private static Task<string> RequestAsync(PluginClient client, PluginRepository repository) => AskAsync(
        () => client.SendAsync(HttpMethod.Post, "/0.2/plugins", new JsonObject
        {
            ["method"] = "git",
            ["options"] = new JsonObject { ["url"] = repository.Url },
        }),
        body => Text(body["uuid"]),
        $"the answer to {repository.Name}");

    private static Task<JsonNode> EndAsync(PluginClient client, string uuid) => AskAsync(
        () => client.SendAsync(HttpMethod.Get, $"/0.2/operations/{uuid}"),
        body => body["finished_at"] is null ? null : body,
        $"the end of {uuid}");

    // The API is killed like everyone else.
    private static async Task<T> AskAsync<T>(Func<Task<(HttpStatusCode Status, JsonNode? Body)>> ask, Func<JsonNode, T?> read, string what)
        where T : class
    {
        var since = TimeProvider.System.GetTimestamp();
        var last = "nothing";
        while (TimeProvider.System.GetElapsedTime(since) < Patience)
        {
            try
            {
                var (status, body) = await ask();
                last = $"{status} {body?.ToJsonString()}";
                if (status == HttpStatusCode.OK && read(body!) is { } found)
                    return found;
            }
            catch (HttpRequestException e)
            {
                last = e.Message;
            }

            await Task.Delay(100);
        }

        throw new TimeoutException($"{what} did not come; the last answer was {last}");
    }

    private static Task<string> StoredAsync(string database)
    {
        const string count = """
            import sqlite3, sys
            tables = ("outbox", "inbox", "secrets", "plugin_turns")
            print(*(sqlite3.connect(sys.argv[1]).execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables))
            """;
        return Shell.RunAsync("python3", "-c", count, database);
    }

    private async Task<string> WaitingMessagesAsync()
    {
        var queues = await Platform.RabbitMqControlAsync("list_queues", "--vhost", Platform.Vhost, "name", "messages");
        return string.Join('\n', queues.Split('\n').Where(queue => queue.StartsWith("plugind-", StringComparison.Ordinal) && !queue.Contains('_') && !queue.EndsWith("\t0", StringComparison.Ordinal)).Order());
    }

    private static string Text(JsonNode? node) => node!.GetValue<string>();
}

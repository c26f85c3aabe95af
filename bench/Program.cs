using System.Text.Json.Nodes;
using WazoPlugind.Bench;
using WazoPlugind.StandIn;

// The processor time that the front end takes for a request, as a process of its own with real packages on this machine.
const int warmUp = 3000;
const int times = 2000;
const int marketItems = 2000;
const int installed = 20;
const int port = 19603;

using var packages = new InstalledPackages(installed);
await using var standIn = await StandInServer.StartAsync(port: 0);
standIn.Market.Body = Market().ToJsonString();
var configFile = Path.GetTempFileName();
File.WriteAllText(
    configFile,
    $$"""
    user: root
    log_file: /dev/null
    rest_api: {port: {{port}}}
    auth: {host: 127.0.0.1, port: {{standIn.Address.Port}}, username: plugind-service, password: plugind-password}
    market: {host: 127.0.0.1, port: {{standIn.Address.Port}}}
    bus: {transport: in-memory}
    """);
try
{
    await using var api = await ApiProcess.StartAsync(configFile, port);
    var requests = new (string Path, string What)[]
    {
        ("/0.2/config", "the token check, and an answer that is ready"),
        ("/0.2/plugins", $"{installed} installed plugins"),
        ("/0.2/market", $"{marketItems} plugins of the market"),
        ("/0.2/market?search=needle&limit=20", "a searched page"),
        ("/0.2/market?search=Plugin&limit=20&order=author&direction=desc", "a page of all, sorted by another field"),
        ("/0.2/market/bench/plugin0007", "one plugin of the market"),
    };
    foreach (var (path, _) in requests)
        await api.MeasureAsync(path, warmUp);
    var check = 0.0;
    Console.WriteLine($"{"CPU ms",8} {"- check",8}  request");
    foreach (var (path, what) in requests)
    {
        var time = await api.MeasureAsync(path, times);
        check = check == 0 ? time : check;
        Console.WriteLine($"{time,8:0.000} {time - check,8:0.000}  GET {path}: {what}");
    }
}
finally
{
    File.Delete(configFile);
}

static JsonObject Market() => new()
{
    ["items"] = new JsonArray([.. Enumerable.Range(0, marketItems).Select(i => (JsonNode)new JsonObject
    {
        ["namespace"] = "bench",
        ["name"] = $"plugin{i:0000}",
        ["display_name"] = $"Plügin {i}",
        ["description"] = i % 50 == 0 ? "Finds the needle" : "Does what plugins do, described in a sentence or two as authors will",
        ["author"] = $"Author {i % 37}",
        ["homepage"] = $"https://plugins.example/bench/plugin{i:0000}",
        ["icon"] = "gear",
        ["color"] = "yellow",
        ["tags"] = new JsonArray("beta", "application"),
        ["versions"] = new JsonArray(
            new JsonObject { ["version"] = "2.0", ["min_wazo_version"] = "18.01", ["options"] = new JsonObject { ["url"] = "https://plugins.example/a" } },
            new JsonObject { ["version"] = "1.0", ["options"] = new JsonObject { ["url"] = "https://plugins.example/a", ["ref"] = "1.0" } }),
    })]),
};

using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using WazoPlugind.StandIn;

namespace WazoPlugind.Acceptance;

/// <summary>A REST client that waits for what it asked for.</summary>
public sealed class PluginClient(int port, Func<EventRecorder> events) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

    public async Task<(HttpStatusCode Status, JsonNode? Body)> SendAsync(
        HttpMethod method, string path, JsonNode? body = null, string token = StandInServer.MasterToken)
    {
        using var response = await SendAsync(method, path, body, ("X-Auth-Token", token));
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.Length > 0 ? JsonNode.Parse(text) : null);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, JsonNode? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in headers.Prepend(("X-Auth-Token", StandInServer.MasterToken)).GroupBy(header => header.Item1).Select(header => header.Last()))
            request.Headers.Add(name, value);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        return await _http.SendAsync(request);
    }

    public async Task<JsonNode> GetAsync(string path)
    {
        var (status, body) = await SendAsync(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.OK, status);
        return body!;
    }

    /// <summary>Gets an operation, once its end is stored: a moment after its last event.</summary>
    public Task<JsonNode> GetEndedAsync(string uuid) => Wait.ForAsync(
        async () => await GetAsync($"/0.2/operations/{uuid}") is { } operation && operation["finished_at"] is not null ? operation : null,
        () => $"the end of operation {uuid}");

    /// <summary>Asks for an installation.</summary>
    /// <returns>The operation's uuid.</returns>
    public async Task<string> RequestInstallAsync(
        JsonObject options, bool reinstall = false, string method = "git", string token = StandInServer.MasterToken)
    {
        var (status, body) = await SendAsync(
            HttpMethod.Post,
            reinstall ? "/0.2/plugins?reinstall=true" : "/0.2/plugins",
            new JsonObject { ["method"] = method, ["options"] = options.DeepClone() },
            token);
        Assert.Equal(HttpStatusCode.OK, status);
        return body!["uuid"]!.GetValue<string>();
    }

    /// <summary>Installs, and waits for the end.</summary>
    public async Task<IReadOnlyList<WazoMessage>> InstallAsync(PluginRepository repository, bool reinstall = false) =>
        await InstallAsync(new JsonObject { ["url"] = repository.Url }, reinstall);

    /// <summary>Installs, and waits for the end.</summary>
    public async Task<IReadOnlyList<WazoMessage>> InstallAsync(JsonObject options, bool reinstall = false) =>
        await events().OfAsync(await RequestInstallAsync(options, reinstall));

    /// <summary>Installs from the market, and waits for the end.</summary>
    public async Task<IReadOnlyList<WazoMessage>> InstallFromMarketAsync(string name, string? version = null)
    {
        var options = new JsonObject { ["namespace"] = PluginRepository.Namespace, ["name"] = name };
        if (version is not null)
            options["version"] = version;
        return await events().OfAsync(await RequestInstallAsync(options, method: "market"));
    }

    /// <summary>Uninstalls, and waits for the end.</summary>
    public async Task<IReadOnlyList<WazoMessage>> UninstallAsync(PluginRepository repository)
    {
        var (status, body) = await SendAsync(HttpMethod.Delete, $"/0.2/plugins/{PluginRepository.Namespace}/{repository.Name}");
        Assert.Equal(HttpStatusCode.OK, status);
        return await events().OfAsync(body!["uuid"]!.GetValue<string>());
    }

    public void Dispose() => _http.Dispose();

    public Task WaitUntilReadyAsync(ServiceProcess process) => Wait.ForAsync<object>(
        async () =>
        {
            try
            {
                return (await SendAsync(HttpMethod.Get, "/0.2/plugins")).Status == HttpStatusCode.OK ? process : null;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet, and there is no event to wait for.
                return null;
            }
        },
        () => "the API:\n" + process.Output);
}

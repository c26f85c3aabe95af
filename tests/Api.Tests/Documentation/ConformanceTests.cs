using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using WazoPlugind.Platform.Yaml;
using WazoPlugind.StandIn;

namespace WazoPlugind.Api.Tests.Documentation;

/// <summary>Asks what the description says can be asked, with its own examples, and holds the answers against it.</summary>
public sealed class ConformanceTests : DescriptionTest
{
    private const string Market = """
        {"items": [{"namespace": "official", "name": "hello", "versions": [{"version": "1.2.0", "method": "git", "options": {"url": "https://h/a"}}]}]}
        """;

    private const string Operation = """
        INSERT INTO operations (uuid, kind, action, status, namespace, name, version, method, options, reinstall, created_at, finished_at, data)
        VALUES ('90656b27-1ff8-41bd-a527-4e98426a57ad', 'install', 'install', 'completed', 'official', 'hello', '1.1.0', 'git',
            '{"url": "https://git.example.com/plugins/hello.git"}', 0, '2026-11-22T07:38:46.023525Z', '2026-11-22T07:38:53.563439Z', '')
        """;

    protected override IReadOnlyList<string> Manifests => ["namespace: official\nname: hello\nversion: 1.1.0\ndescription: Says hello"];

    [Fact]
    public async Task What_is_asked_as_described_is_answered_as_described()
    {
        var document = await PrepareAsync();
        foreach (var (path, method, operation) in OperationsOf(document))
        {
            // The operation of the examples has ended.
            var success = operation["operationId"]!.GetValue<string>() == "cancel_operation" ? "409" : operation["responses"]!.AsObject().First().Key;
            foreach (var body in BodiesOf(operation))
                await AskAsync(document, operation, method, AddressOf(document, path, operation), body, success);
        }
    }

    [Fact]
    public async Task Without_a_token_it_is_refused_as_described()
    {
        var document = await PrepareAsync();
        foreach (var (path, method, operation) in OperationsOf(document).Where(operation => operation.Operation["security"] is null))
            await AskAsync(document, operation, method, AddressOf(document, path, operation), BodiesOf(operation).First(), "401", token: "");
    }

    [Fact]
    public async Task What_there_is_not_is_answered_as_described()
    {
        var document = await PrepareAsync();
        foreach (var (path, method, operation) in OperationsOf(document).Where(operation => operation.Path.Contains('{')))
        {
            var address = AddressOf(document, path, operation).Replace("hello", "nothing").Replace("90656b27", "00000000");
            await AskAsync(document, operation, method, address, BodiesOf(operation).First(), "404");
        }
    }

    [Fact]
    public async Task A_bad_query_is_answered_as_described()
    {
        var document = await PrepareAsync();
        foreach (var (path, method, operation) in OperationsOf(document))
        {
            foreach (var name in ParametersOf(document, path, operation).Where(IsRestricted).Select(parameter => parameter["name"]!.GetValue<string>()))
            {
                var address = $"{AddressOf(document, path, operation).Split('?')[0]}?{name}=nonsense";
                await AskAsync(document, operation, method, address, BodiesOf(operation).First(), "400");
            }
        }
    }

    [Theory]
    [InlineData("{")]
    [InlineData("5")]
    [InlineData("""{"action": "cook", "method": "cook", "version": 5, "options": 5}""")]
    [InlineData("""{"action": "install", "method": "git", "options": {"url": "a\nb"}}""")]
    public async Task A_bad_body_is_answered_as_described(string body)
    {
        var document = await PrepareAsync();
        foreach (var (path, method, operation) in OperationsOf(document).Where(operation => operation.Operation["requestBody"] is not null))
            await AskAsync(document, operation, method, AddressOf(document, path, operation), body, "400");
    }

    private static IEnumerable<string?> BodiesOf(JsonNode operation) =>
        operation["requestBody"]?["content"]!["application/json"]!["examples"]!.AsObject().Select(example => example.Value!["value"]!.ToJsonString())
        ?? [null];

    private static string AddressOf(JsonNode document, string path, JsonNode operation)
    {
        var parameters = ParametersOf(document, path, operation).ToLookup(parameter => parameter["in"]!.GetValue<string>(), parameter =>
            (Name: parameter["name"]!.GetValue<string>(), Example: parameter["example"]!.ToString()));
        var filled = parameters["path"].Aggregate(path, (address, parameter) => address.Replace($"{{{parameter.Name}}}", parameter.Example));
        return $"/0.2{filled}?{string.Join('&', parameters["query"].Select(parameter => $"{parameter.Name}={parameter.Example}"))}";
    }

    private static bool IsRestricted(JsonNode parameter) => parameter["in"]!.GetValue<string>() == "query"
        && (parameter["schema"]!["enum"] is not null || parameter["schema"]!["type"]!.GetValue<string>() != "string");

    private async Task<JsonNode> PrepareAsync()
    {
        StandIn.Market.Body = Market;
        Api.PrepareOperations(Operation);
        return await OpenApiAsync();
    }

    private async Task AskAsync(
        JsonNode document, JsonNode operation, string method, string address, string? body, string status, string token = StandInServer.MasterToken)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), address);
        request.Headers.Add("X-Auth-Token", token);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await Api.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var type = response.Content.Headers.ContentType?.MediaType ?? "";
        // It has no end.
        var text = type == "text/event-stream" ? "" : await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == (HttpStatusCode)int.Parse(status), $"{method} {address} {body}: {response.StatusCode} {text}");
        var media = Resolve(document, operation["responses"]![status]!)["content"]!.AsObject();
        Assert.Contains(type, media);
        if (!type.StartsWith("text/", StringComparison.Ordinal))
            DescribedSchema.AssertFits(document, media[type]!["schema"]!, type == "application/json" ? JsonNode.Parse(text) : YamlJson.Read(text));
    }
}

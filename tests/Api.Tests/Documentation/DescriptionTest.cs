using System.Net;
using System.Text.Json.Nodes;
using WazoPlugind.Platform.Yaml;

namespace WazoPlugind.Api.Tests.Documentation;

/// <summary>A test of both descriptions of the API.</summary>
public abstract class DescriptionTest : ApiTest
{
    protected static JsonNode Resolve(JsonNode document, JsonNode node) => node["$ref"] is { } reference
        ? reference.GetValue<string>().TrimStart('#', '/').Split('/').Aggregate(document, (parent, key) => parent[key]!)
        : node;

    protected static IEnumerable<(string Path, string Method, JsonNode Operation)> OperationsOf(JsonNode document) =>
        document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()
            .Where(operation => operation.Key != "parameters")
            .Select(operation => (path.Key, operation.Key, operation.Value!)));

    /// <summary>The parameters of an operation, those of its path first.</summary>
    protected static IEnumerable<JsonNode> ParametersOf(JsonNode document, string path, JsonNode operation) =>
        ((JsonNode?[])[document["paths"]![path]!["parameters"], operation["parameters"]])
            .SelectMany(parameters => parameters?.AsArray() ?? [])
            .Select(parameter => Resolve(document, parameter!));

    protected async Task<JsonNode> OpenApiAsync(string prefix = "") => JsonNode.Parse(await GetAsync("/0.2/api/openapi.json", "application/json", prefix))!;

    protected async Task<JsonNode> SwaggerAsync(string prefix = "") => YamlJson.Read(await GetAsync("/0.2/api/api.yml", "application/x-yaml", prefix))!;

    private async Task<string> GetAsync(string path, string contentType, string prefix)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Script-Name", prefix);
        using var response = await Api.Client.SendAsync(request);
        Assert.Equal((HttpStatusCode.OK, contentType), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        return await response.Content.ReadAsStringAsync();
    }
}

using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace WazoPlugind.Api.Tests.Documentation;

public sealed class ApiDescriptionTests : DescriptionTest
{
    [Fact]
    public async Task Every_route_is_described_and_nothing_else()
    {
        var routes = Api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} /{route.RoutePattern.RawText!.TrimStart('/')}"))
            .Where(route => !route.StartsWith("HEAD ", StringComparison.Ordinal));

        Assert.Equal(routes.Order(StringComparer.Ordinal), Operations(await OpenApiAsync()).Order(StringComparer.Ordinal));
        Assert.Equal(routes.Order(StringComparer.Ordinal), Operations(await SwaggerAsync()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_operation_says_the_access_that_it_asks_for()
    {
        var document = await OpenApiAsync();
        foreach (var (path, method, operation) in OperationsOf(document))
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), "/0.2" + path.Replace("{namespace}", "some.space").Replace("{name}", "a-b"));
            using var response = await Api.Client.SendAsync(request);
            if (operation["security"] is JsonArray { Count: 0 })
            {
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                continue;
            }

            var error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
            var access = operation["x-required-acl"]!.GetValue<string>();
            Assert.Equal(access.Replace("{namespace}", "some_space").Replace("{name}", "a-b"), error["details"]!["required_access"]!.GetValue<string>());
            Assert.Contains($"**Required ACL:** `{access}`", operation["description"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task Every_path_parameter_is_described()
    {
        foreach (var document in (JsonNode[])[await OpenApiAsync(), await SwaggerAsync()])
        {
            foreach (var (path, item) in document["paths"]!.AsObject())
            {
                var described = (item!["parameters"]?.AsArray() ?? []).Select(parameter => Resolve(document, parameter!)["name"]!.GetValue<string>());
                Assert.Equal(Regex.Matches(path, @"\{(\w+)\}").Select(match => match.Groups[1].Value), described);
            }
        }
    }

    [Fact]
    public async Task Every_reference_leads_somewhere()
    {
        foreach (var document in (JsonNode[])[await OpenApiAsync(), await SwaggerAsync()])
        {
            var references = Regex.Matches(document.ToJsonString(), "\"\\$ref\":\"([^\"]+)\"").Select(match => match.Groups[1].Value).Distinct().ToList();
            Assert.NotEmpty(references);
            Assert.All(references, reference => Assert.NotNull(Resolve(document, new JsonObject { ["$ref"] = reference })));
        }
    }

    // A comma in an unquoted description makes a key of what follows.
    [Fact]
    public async Task No_key_is_without_a_value()
    {
        Assert.DoesNotContain(":null", (await OpenApiAsync()).ToJsonString());
        Assert.DoesNotContain(":null", (await SwaggerAsync()).ToJsonString());
    }

    [Fact]
    public async Task Swagger_has_what_its_version_has()
    {
        var document = await SwaggerAsync();

        Assert.Equal("2.0", document["swagger"]!.GetValue<string>());
        foreach (var (_, _, operation) in OperationsOf(document))
        {
            Assert.Null(operation["requestBody"]);
            Assert.All(operation["responses"]!.AsObject(), response => Assert.Null(Resolve(document, response.Value!)["content"]));
        }

        var install = document["paths"]!["/plugins"]!["post"]!;
        Assert.Equal("boolean", install["parameters"]![0]!["type"]!.GetValue<string>());
        Assert.Equal("#/definitions/Installation", install["parameters"]![2]!["schema"]!["allOf"]![0]!["$ref"]!.GetValue<string>());
        Assert.Equal("application/x-yaml", document["paths"]!["/api/api.yml"]!["get"]!["produces"]![0]!.GetValue<string>());
        var installed = document["definitions"]!["MarketPlugin"]!["properties"]!["installed_version"]!;
        Assert.Equal(("string", true), (installed["type"]!.GetValue<string>(), installed["x-nullable"]!.GetValue<bool>()));
    }

    [Fact]
    public async Task Swagger_has_the_address_that_was_asked()
    {
        var document = await SwaggerAsync();

        Assert.Equal($"127.0.0.1:{Api.Address.Port}", document["host"]!.GetValue<string>());
        Assert.Equal("http", Assert.Single(document["schemes"]!.AsArray())!.GetValue<string>());
    }

    [Fact]
    public async Task The_prefix_of_a_proxy_is_part_of_the_addresses()
    {
        Assert.Equal("/api/plugind/0.2", (await SwaggerAsync("/api/plugind"))["basePath"]!.GetValue<string>());
        Assert.Equal("/api/plugind/0.2", (await OpenApiAsync("/api/plugind"))["servers"]![0]!["url"]!.GetValue<string>());
        Assert.Equal("/0.2", (await SwaggerAsync())["basePath"]!.GetValue<string>());
    }

    private static IEnumerable<string> Operations(JsonNode document) =>
        OperationsOf(document).Select(operation => $"{operation.Method.ToUpperInvariant()} /0.2{operation.Path}");
}

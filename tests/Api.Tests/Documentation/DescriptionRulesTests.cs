using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace WazoPlugind.Api.Tests.Documentation;

/// <summary>The rules of the linters and of the tools that try an API by its description, as far as they concern ours.</summary>
public sealed class DescriptionRulesTests : DescriptionTest
{
    [Fact]
    public async Task Whose_it_is_and_what_it_is_about_is_said()
    {
        foreach (var document in (JsonNode[])[await OpenApiAsync(), await SwaggerAsync()])
        {
            var info = document["info"]!;
            Assert.All(
                (JsonNode?[])[info["description"], info["contact"]!["name"], info["contact"]!["url"], info["license"]!["name"], info["license"]!["url"]],
                text => Assert.NotEmpty(text!.GetValue<string>()));
            Assert.All(document["tags"]!.AsArray(), tag => Assert.NotEmpty(tag!["description"]!.GetValue<string>()));
        }
    }

    [Fact]
    public async Task Every_operation_has_a_name_of_its_own_a_tag_and_a_description()
    {
        foreach (var document in (JsonNode[])[await OpenApiAsync(), await SwaggerAsync()])
        {
            var tags = document["tags"]!.AsArray().Select(tag => tag!["name"]!.GetValue<string>()).ToList();
            var operations = OperationsOf(document).Select(operation => operation.Operation).ToList();
            Assert.Equal(operations.Count, operations.Select(operation => operation["operationId"]!.GetValue<string>()).Distinct().Count());
            Assert.All(operations, operation =>
            {
                Assert.NotEmpty(operation["summary"]!.GetValue<string>());
                Assert.NotEmpty(operation["description"]!.GetValue<string>());
                Assert.Contains(Assert.Single(operation["tags"]!.AsArray())!.GetValue<string>(), tags);
            });
        }
    }

    [Fact]
    public async Task Every_shared_part_is_used()
    {
        foreach (var (document, places) in ((JsonNode, string[])[])
            [
                (await OpenApiAsync(), ["components/schemas", "components/responses", "components/parameters"]),
                (await SwaggerAsync(), ["definitions", "responses", "parameters"]),
            ])
        {
            var used = Regex.Matches(document.ToJsonString(), "\"\\$ref\":\"#/([^\"]+)\"").Select(match => match.Groups[1].Value).ToHashSet();
            Assert.All(places, place => Assert.All(
                place.Split('/').Aggregate(document, (parent, key) => parent[key]!).AsObject(), part => Assert.Contains($"{place}/{part.Key}", used)));
        }
    }

    [Fact]
    public async Task Every_parameter_has_an_example_that_fits()
    {
        var (openApi, swagger) = (await OpenApiAsync(), await SwaggerAsync());

        foreach (var (path, _, operation) in OperationsOf(openApi))
        {
            foreach (var parameter in ParametersOf(openApi, path, operation))
                DescribedSchema.AssertFits(openApi, parameter["schema"]!, parameter["example"] ?? "none");
        }

        foreach (var (path, _, operation) in OperationsOf(swagger))
        {
            foreach (var parameter in ParametersOf(swagger, path, operation).Where(parameter => parameter["in"]!.GetValue<string>() != "body"))
                DescribedSchema.AssertFits(swagger, Typed(parameter), parameter["x-example"] ?? "none");
        }
    }

    [Fact]
    public async Task Every_body_and_answer_has_examples_that_fit()
    {
        var document = await OpenApiAsync();
        foreach (var (_, _, operation) in OperationsOf(document))
        {
            var answers = operation["responses"]!.AsObject().Select(response => Resolve(document, response.Value!));
            foreach (var (_, media) in answers.Append(operation["requestBody"]).SelectMany(part => part?["content"]?.AsObject() ?? []))
            {
                var examples = ExamplesOf(media!).ToList();
                Assert.NotEmpty(examples);
                Assert.All(examples, example => DescribedSchema.AssertFits(document, media!["schema"]!, example));
            }
        }
    }

    [Fact]
    public async Task Swagger_has_these_examples_too()
    {
        var document = await SwaggerAsync();
        foreach (var (_, _, operation) in OperationsOf(document))
        {
            foreach (var body in (operation["parameters"]?.AsArray() ?? []).Where(parameter => parameter!["in"]?.GetValue<string>() == "body"))
                DescribedSchema.AssertFits(document, body!["schema"]!, body["schema"]!["example"] ?? "none");
            foreach (var (_, reference) in operation["responses"]!.AsObject())
            {
                var response = Resolve(document, reference!);
                if (response["schema"] is { } schema)
                    DescribedSchema.AssertFits(document, schema, response["examples"]!["application/json"]);
                else
                    Assert.True(operation["produces"] is not null, operation.ToJsonString());
            }
        }
    }

    [Theory]
    [InlineData("Installation", """{"method": "git", "options": {"url": "https://host/a\nb"}}""")]
    [InlineData("Installation", """{"method": "git", "options": {"url": "https://host/LONG"}}""")]
    [InlineData("Installation", """{"method": "market", "options": {"namespace": "a", "name": "b", "version": "\u0000"}}""")]
    [InlineData("Update", """{"options": {"url": "https://host/a\u007f"}}""")]
    [InlineData("Update", """{"options": {"url": "https://host/LONG"}}""")]
    [InlineData("Update", """{"version": "1\n2"}""")]
    [InlineData("OperationRequest", """{"action": "uninstall", "namespace": "a", "name": "b\u0085"}""")]
    [InlineData("OperationRequest", """{"action": "install", "method": "git", "options": {"url": "u", "ref": "a\rb"}}""")]
    public async Task A_text_that_is_refused_does_not_fit(string schema, string body)
    {
        var document = await OpenApiAsync();
        var value = JsonNode.Parse(body.Replace("LONG", new string('a', 4096), StringComparison.Ordinal));

        Assert.False(DescribedSchema.Fits(document, new JsonObject { ["$ref"] = $"#/components/schemas/{schema}" }, value));
    }

    private static IEnumerable<JsonNode?> ExamplesOf(JsonNode media) => media["examples"] is { } several
        ? several.AsObject().Select(example => example.Value!["value"])
        : ((JsonNode?[])[media["example"]]).Where(example => example is not null);

    // In this version a parameter is its own schema.
    private static JsonObject Typed(JsonNode parameter) =>
        new(((string[])["type", "enum", "format", "minimum", "minLength"]).Where(key => parameter[key] is not null)
            .Select(key => KeyValuePair.Create(key, parameter[key]?.DeepClone())));
}

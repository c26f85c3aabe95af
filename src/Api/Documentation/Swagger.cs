using System.Text.Json.Nodes;

namespace WazoPlugind.Api.Documentation;

/// <summary>
/// Turns an OpenAPI 3.1 document into Swagger 2.0, as far as <c>openapi.yml</c> goes: one server, parameters with a plain schema,
/// bodies and answers of one content type, each with an example.
/// </summary>
internal static class Swagger
{
    private const string Json = "application/json";

    private static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch"];

    /// <summary>Turns a document.</summary>
    /// <param name="openApi">The document; it is left as it is.</param>
    public static JsonObject From(JsonObject openApi)
    {
        var source = Schemas(openApi).AsObject();
        var components = source["components"]!.AsObject();
        return new JsonObject
        {
            ["swagger"] = "2.0",
            ["info"] = Take(source, "info"),
            ["basePath"] = source["servers"]![0]!["url"]!.GetValue<string>(),
            ["consumes"] = new JsonArray(Json),
            ["produces"] = new JsonArray(Json),
            ["security"] = Take(source, "security"),
            ["securityDefinitions"] = Take(components, "securitySchemes"),
            ["tags"] = Take(source, "tags"),
            ["paths"] = Each(source["paths"]!, path => Each(path, (name, value) => Methods.Contains(name) ? Operation(value) : Parameters(value))),
            ["parameters"] = Each(components["parameters"]!, Parameter),
            ["responses"] = Each(components["responses"]!, response => Response(response, [])),
            ["definitions"] = Take(components, "schemas"),
        };
    }

    // Everywhere: references go to other places, and what may be null says so beside its type.
    private static JsonNode Schemas(JsonNode node)
    {
        switch (node)
        {
            case JsonObject properties:
                var turned = new JsonObject();
                foreach (var (key, value) in properties)
                {
                    if (key == "$ref")
                    {
                        turned[key] = value!.GetValue<string>()
                            .Replace("#/components/schemas/", "#/definitions/").Replace("#/components/", "#/");
                    }
                    else if (key == "type" && value is JsonArray types)
                    {
                        turned[key] = types.First(type => type!.GetValue<string>() != "null")!.DeepClone();
                        turned["x-nullable"] = true;
                    }
                    else
                    {
                        turned[key] = value is null ? null : Schemas(value);
                    }
                }

                return turned;
            case JsonArray items:
                return new JsonArray([.. items.Select(item => Schemas(item!))]);
            default:
                return node.DeepClone();
        }
    }

    private static JsonObject Operation(JsonNode operation)
    {
        var turned = operation.DeepClone().AsObject();
        var parameters = Parameters(Take(turned, "parameters") ?? new JsonArray());
        if (Take(turned, "requestBody") is { } body)
        {
            var media = body["content"]![Json]!;
            parameters.Add((JsonNode)new JsonObject
            {
                ["name"] = "body",
                ["in"] = "body",
                ["required"] = body["required"]!.DeepClone(),
                ["schema"] = new JsonObject { ["allOf"] = new JsonArray(media["schema"]!.DeepClone()), ["example"] = ExampleOf(media) },
            });
        }

        if (parameters.Count > 0)
            turned["parameters"] = parameters;
        List<string> types = [];
        turned["responses"] = Each(Take(turned, "responses")!, response => Response(response, types));
        if (types.Any(type => type != Json))
            turned["produces"] = new JsonArray([.. types.Distinct().Select(type => JsonValue.Create(type))]);
        return turned;
    }

    private static JsonArray Parameters(JsonNode parameters) => new([.. parameters.AsArray().Select(parameter => Parameter(parameter!))]);

    private static JsonObject Parameter(JsonNode parameter)
    {
        var turned = parameter.DeepClone().AsObject();
        // As tools know it: this version has no word for it.
        if (Take(turned, "example") is { } example)
            turned["x-example"] = example;
        foreach (var (key, value) in Take(turned, "schema")?.AsObject() ?? [])
            turned[key] = value?.DeepClone();
        return turned;
    }

    private static JsonObject Response(JsonNode response, List<string> types)
    {
        var turned = response.DeepClone().AsObject();
        // The errors, which are described elsewhere.
        if (turned.ContainsKey("$ref"))
            types.Add(Json);
        if (Take(turned, "content") is { } content)
        {
            types.AddRange(content.AsObject().Select(media => media.Key));
            // Tools take a schema of this version for one of JSON.
            if (content[Json] is { } media)
            {
                turned["schema"] = media["schema"]!.DeepClone();
                turned["examples"] = new JsonObject { [Json] = ExampleOf(media) };
            }
        }

        return turned;
    }

    // The only one, or the first of several.
    private static JsonNode ExampleOf(JsonNode media) => (media["example"] ?? media["examples"]!.AsObject().First().Value!["value"]!).DeepClone();

    private static JsonNode? Take(JsonObject properties, string key)
    {
        var value = properties[key];
        properties.Remove(key);
        return value;
    }

    private static JsonObject Each(JsonNode properties, Func<JsonNode, JsonNode> turn) => Each(properties, (_, value) => turn(value));

    private static JsonObject Each(JsonNode properties, Func<string, JsonNode, JsonNode> turn) =>
        new(properties.AsObject().Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)turn(pair.Key, pair.Value!))));
}

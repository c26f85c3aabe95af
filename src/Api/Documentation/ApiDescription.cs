using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using WazoPlugind.Platform.Yaml;
using YamlDotNet.Serialization;

namespace WazoPlugind.Api.Documentation;

/// <summary>The description of the API, in both of its forms. Nothing is read before it is asked for.</summary>
internal sealed class ApiDescription
{
    private readonly Lazy<JsonObject> _source = new(() =>
    {
        using var reader = new StreamReader(typeof(ApiDescription).Assembly.GetManifestResourceStream("openapi.yml")!);
        return YamlJson.Read(reader.ReadToEnd())!.AsObject();
    });

    private readonly Lazy<JsonObject> _swagger;

    /// <summary>Reads nothing yet.</summary>
    public ApiDescription() => _swagger = new Lazy<JsonObject>(() => Swagger.From(_source.Value));

    /// <summary>OpenAPI 3.1 as UTF-8 JSON.</summary>
    /// <param name="prefix">What a proxy has taken off the paths.</param>
    public byte[] OpenApi(string prefix)
    {
        var document = _source.Value.DeepClone();
        document["servers"]![0]!["url"] = prefix + document["servers"]![0]!["url"]!.GetValue<string>();
        return JsonSerializer.SerializeToUtf8Bytes(document);
    }

    /// <summary>Swagger 2.0 as UTF-8 YAML.</summary>
    /// <param name="scheme">How the request came.</param>
    /// <param name="host">To which address; empty where it does not say.</param>
    /// <param name="prefix">What a proxy has taken off the paths.</param>
    public byte[] SwaggerYaml(string scheme, string host, string prefix)
    {
        var document = _swagger.Value.DeepClone();
        document["basePath"] = prefix + document["basePath"]!.GetValue<string>();
        if (host.Length > 0)
            (document["host"], document["schemes"]) = (host, new JsonArray(scheme));
        var yaml = new SerializerBuilder().WithQuotingNecessaryStrings().WithMaximumRecursion(64).Build();
        return Encoding.UTF8.GetBytes(yaml.Serialize(Plain(document)!));
    }

    private static object? Plain(JsonNode? node) => node switch
    {
        JsonObject properties => properties.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToDictionary(pair => pair.Key, pair => Plain(pair.Value)),
        JsonArray items => items.Select(Plain).ToList(),
        null => null,
        _ => node.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => node.AsValue().TryGetValue<long>(out var whole) ? whole : node.GetValue<double>(),
            _ => node.GetValue<string>(),
        },
    };
}

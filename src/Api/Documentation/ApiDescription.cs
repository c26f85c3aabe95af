using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using WazoPlugind.Api.Http;
using WazoPlugind.Platform.Yaml;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

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
        return ResponseWriting.Utf8(document);
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
        using var yaml = new StringWriter();
        new YamlStream(new YamlDocument(Plain(document))).Save(yaml, assignAnchors: false);
        return Encoding.UTF8.GetBytes(yaml.ToString());
    }

    private static YamlNode Plain(JsonNode? node) => node switch
    {
        JsonObject properties => new YamlMappingNode(properties.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => KeyValuePair.Create<YamlNode, YamlNode>(Text(pair.Key), Plain(pair.Value)))),
        JsonArray items => new YamlSequenceNode(items.Select(Plain)),
        null => new YamlScalarNode("null"),
        _ when node.GetValueKind() == JsonValueKind.String => Text(node.GetValue<string>()),
        _ => new YamlScalarNode(node.ToJsonString()),
    };

    private static YamlScalarNode Text(string text) => new YamlScalarNode(text)
    {
        Style = text.Contains('\n') ? ScalarStyle.Literal : YamlJson.IsText(text) ? ScalarStyle.Any : ScalarStyle.SingleQuoted,
    };
}

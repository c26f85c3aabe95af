using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace WazoPlugind.Platform.Configuration;

/// <summary>Makes the configuration of what the files say, and finds all that is wrong with it.</summary>
/// <param name="type">How the configuration maps to JSON.</param>
internal sealed class ConfigurationBinder(JsonTypeInfo<PlugindConfiguration> type)
{
    private readonly List<KeyProblem> _problems = [];
    private readonly List<KeyProblem> _warnings = [];

    /// <summary>What the service cannot start with.</summary>
    public IReadOnlyList<KeyProblem> Problems => _problems;

    /// <summary>What an administrator should know.</summary>
    public IReadOnlyList<KeyProblem> Warnings => _warnings;

    /// <summary>Makes the configuration. Where there are problems it is none to start with.</summary>
    /// <param name="tree">What the files say; what has the wrong type is taken out, and texts and numbers that stand for each other replaced.</param>
    public PlugindConfiguration Bind(JsonObject tree)
    {
        var defaults = JsonSerializer.SerializeToNode(new PlugindConfiguration(), type)!.AsObject();
        CheckTypes(tree, defaults, "", new Lazy<KnownKeys>(() => new KnownKeys(defaults)));
        // Generated code sets every init property, those that the JSON lacks to null: so that it lacks none.
        Overlay(defaults, tree);
        var configuration = WithWarnings(defaults.Deserialize(type)!);
        _problems.AddRange(PlugindConfigurationValidator.Problems(configuration));
        return configuration;
    }

    /// <summary>Puts the values of one tree over those of another that has more keys.</summary>
    internal static void Overlay(JsonObject target, JsonObject source)
    {
        foreach (var (key, value) in source)
        {
            if (value is JsonObject child && target[key] is JsonObject targetChild)
                Overlay(targetChild, child);
            else
                target[key] = value?.DeepClone();
        }
    }

    // The defaults are the schema: a value is of the type of its default, and where that is null, a text.
    private void CheckTypes(JsonObject values, JsonObject schema, string parent, Lazy<KnownKeys> knownKeys)
    {
        foreach (var (key, value) in values.ToArray())
        {
            var path = parent + key;
            if (!schema.TryGetPropertyValue(key, out var sample))
            {
                if (knownKeys.Value.Warning(path) is { } warning)
                    _warnings.Add(new KeyProblem(path, warning));
            }
            else if (sample is JsonObject mapping && value is JsonObject content)
            {
                CheckTypes(content, mapping, path + ".", knownKeys);
            }
            else if (value is null)
            {
                // The loader lets it through where it means something.
            }
            else if (sample is null && value is JsonValue && value.ToString().Length == 0)
            {
                // An empty text is none, where there may be none.
                values.Remove(key);
            }
            else if (Misses(sample, value, path, out var replacement) is { } expected)
            {
                _problems.Add(new KeyProblem(path, $"expected {expected}"));
                values.Remove(key);
            }
            else if (replacement is not null)
            {
                values[key] = replacement;
            }
        }
    }

    // What is expected where a value is of another type.
    private static string? Misses(JsonNode? sample, JsonNode value, string path, out JsonNode? replacement)
    {
        replacement = null;
        var kind = value.GetValueKind();
        switch (sample?.GetValueKind())
        {
            case JsonValueKind.Object:
                return "a mapping";
            // The only list of mappings.
            case JsonValueKind.Array when path == "sources.credentials":
                replacement = Credentials(value);
                return replacement is null ? "a list of mappings with url and file, and perhaps user, each a text" : null;
            case JsonValueKind.Array:
                return value is JsonArray items && items.All(item => item?.GetValueKind() == JsonValueKind.String) ? null : "a list of texts";
            case JsonValueKind.True or JsonValueKind.False:
                return kind is JsonValueKind.True or JsonValueKind.False ? null : "true or false";
            // The only number whose default is none.
            case JsonValueKind.Number or null when sample is not null || path == "market.port":
                replacement = WholeNumber(value.ToString());
                return replacement is null ? "a whole number" : null;
            case var _ when kind == JsonValueKind.Number:
                replacement = value.ToJsonString();
                return null;
            default:
                return kind == JsonValueKind.String ? null : "a text";
        }
    }

    // A number stands for its text here too.
    private static JsonArray? Credentials(JsonNode value)
    {
        return value is JsonArray items && items.All(IsOne)
            ? new([.. items.Select(item => new JsonObject(item!.AsObject().Select(part => KeyValuePair.Create(part.Key, (JsonNode?)part.Value?.ToString()))))])
            : null;

        static bool IsOne(JsonNode? item) =>
            item is JsonObject mapping && mapping["url"] is not null && mapping["file"] is not null
            && mapping.All(part => part.Key is "url" or "user" or "file" && part.Value is null or JsonValue);
    }

    private static JsonValue? WholeNumber(string text)
    {
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return JsonValue.Create(number);
        // One that nothing counts up to is beyond every range, as these two are.
        return BigInteger.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var large)
            ? JsonValue.Create(large.Sign < 0 ? int.MinValue : int.MaxValue)
            : null;
    }

    private PlugindConfiguration WithWarnings(PlugindConfiguration configuration)
    {
        if (configuration.ServiceDiscovery is { Enabled: true } discovery && discovery.RefreshInterval >= discovery.TtlInterval)
            _warnings.Add(new KeyProblem("service_discovery.refresh_interval", "not below ttl_interval: the entry is critical before each refresh"));
        if (configuration.Worker.StepTimeout <= WorkerConfiguration.LongestStep)
            return configuration;
        const int longest = WorkerConfiguration.LongestStep;
        _warnings.Add(new KeyProblem("worker.step_timeout", $"more than {longest} seconds, taken as {longest}"));
        return configuration with { Worker = configuration.Worker with { StepTimeout = longest } };
    }
}

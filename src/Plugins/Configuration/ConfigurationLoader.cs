using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using WazoPlugind.Plugins.Manifest;

namespace WazoPlugind.Plugins.Configuration;

/// <summary>Merges the configuration files over the defaults, and the command line over both.</summary>
public sealed class ConfigurationLoader
{
    /// <summary>The main file where the command line names no other.</summary>
    public const string DefaultFile = PlugindConfiguration.ConfigurationDirectory + "/config.yml";

    private readonly JsonObject _tree = [];
    private readonly Dictionary<string, string> _origins = [];
    private readonly List<string> _unknownKeys = [];
    private readonly TextWriter _errors;

    private ConfigurationLoader(TextWriter errors) => _errors = errors;

    /// <summary>Loads the configuration.</summary>
    /// <param name="file">The main file.</param>
    /// <param name="overrides">What the command line sets, as nested keys.</param>
    /// <param name="environment">Gives environment variables.</param>
    /// <param name="errors">Is told of files that are skipped.</param>
    /// <exception cref="ConfigurationException">A value has the wrong type.</exception>
    public static LoadedConfiguration Load(
        string file, JsonObject overrides, Func<string, string?> environment, TextWriter errors)
    {
        var loader = new ConfigurationLoader(errors);
        // Making it takes as long as reading the file.
        var schema = Task.Run(() => ConfigurationJsonContext.Default.PlugindConfiguration);
        loader.MergeFile(file);
        foreach (var extra in loader.ExtraFiles())
            loader.MergeFile(extra);
        loader.Merge(loader._tree, overrides, "", "the command line");
        var configuration = loader.Bind(schema.Result) with
        {
            Uuid = environment("XIVO_UUID"),
            WazoVersion = environment("WAZO_VERSION"),
            CredentialsDirectory = environment("CREDENTIALS_DIRECTORY"),
        };
        return new LoadedConfiguration(file, configuration, loader._unknownKeys, loader._tree);
    }

    // The alphabetically first wins, hence is merged last.
    private IEnumerable<string> ExtraFiles()
    {
        var directory = _tree["extra_config_files"]?.ToString() ?? new PlugindConfiguration().ExtraConfigFiles;
        try
        {
            return [.. Directory.EnumerateFiles(directory, "*.yml").OrderDescending(StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _errors.WriteLine($"{directory}: skipped: {e.Message}");
            return [];
        }
    }

    private void MergeFile(string file)
    {
        try
        {
            switch (YamlJson.Read(File.ReadAllText(file)))
            {
                case null:
                    return;
                case JsonObject content:
                    Merge(_tree, content, "", file);
                    return;
                default:
                    _errors.WriteLine($"{file}: skipped: not a mapping");
                    return;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or YamlFormatException)
        {
            _errors.WriteLine($"{file}: skipped: {e.Message}");
        }
    }

    private void Merge(JsonObject target, JsonObject source, string parent, string origin)
    {
        foreach (var (key, value) in source)
        {
            var path = parent + key;
            // A key without a value leaves the default.
            if (value is null)
                continue;
            _origins[path] = origin;
            if (value is JsonObject sourceChild)
            {
                if (target[key] is not JsonObject targetChild)
                    target[key] = targetChild = [];
                Merge(targetChild, sourceChild, path + ".", origin);
            }
            else
            {
                target[key] = value.DeepClone();
            }
        }
    }

    private PlugindConfiguration Bind(JsonTypeInfo<PlugindConfiguration> schema)
    {
        var defaults = JsonSerializer.SerializeToNode(new PlugindConfiguration(), schema)!.AsObject();
        CheckTypes(_tree, defaults, "");
        // Generated code sets every init property, those that the JSON lacks to null: so that it lacks none.
        Overlay(defaults, _tree);
        try
        {
            return defaults.Deserialize(schema)!;
        }
        catch (JsonException e)
        {
            var path = e.Path?.TrimStart('$', '.') ?? "";
            throw Wrong(path, "a value of its type: " + e.Message);
        }
    }

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
    private void CheckTypes(JsonObject values, JsonObject defaults, string parent)
    {
        foreach (var (key, value) in values.ToArray())
        {
            var path = parent + key;
            if (!defaults.TryGetPropertyValue(key, out var expected))
            {
                _unknownKeys.Add(path);
                continue;
            }

            switch (expected?.GetValueKind())
            {
                case JsonValueKind.Object:
                    CheckTypes(value as JsonObject ?? throw Wrong(path, "a mapping"), expected.AsObject(), path + ".");
                    break;
                // The only list of mappings.
                case JsonValueKind.Array when path == "sources.credentials":
                    CheckCredentials(value as JsonArray ?? throw Wrong(path, "a list of mappings"), path);
                    break;
                case JsonValueKind.Array when value is not JsonArray items || items.Any(item => item?.GetValueKind() != JsonValueKind.String):
                    throw Wrong(path, "a list of texts");
                case JsonValueKind.True or JsonValueKind.False when value!.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False):
                    throw Wrong(path, "true or false");
                // The only number whose default is none.
                case null when path == "market.port":
                case JsonValueKind.Number:
                    if (!IsInteger(value!))
                        throw Wrong(path, "a whole number");
                    break;
                case JsonValueKind.String or null when value!.GetValueKind() == JsonValueKind.Number:
                    values[key] = value.ToJsonString();
                    break;
                case JsonValueKind.String or null when value!.GetValueKind() != JsonValueKind.String:
                    throw Wrong(path, "a text");
            }
        }
    }

    private void CheckCredentials(JsonArray items, string path)
    {
        var defaults = new JsonObject { ["url"] = "", ["user"] = null, ["file"] = "" };
        foreach (var item in items)
        {
            var values = item as JsonObject ?? throw Wrong(path, "a list of mappings");
            if (((string[])["url", "file"]).Any(key => values[key] is null))
                throw Wrong(path, "url and file in each");
            CheckTypes(values, defaults, path + ".");
        }
    }

    private static bool IsInteger(JsonNode value) =>
        value.GetValueKind() == JsonValueKind.Number && int.TryParse(value.ToJsonString(), out _);

    private ConfigurationException Wrong(string path, string expected) =>
        new($"{_origins.GetValueOrDefault(path, "the configuration")}: {path}: expected {expected}");
}

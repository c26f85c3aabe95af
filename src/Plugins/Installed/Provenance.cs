using System.Text.Json;
using System.Text.Json.Nodes;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Plugins.Installed;

/// <summary>Where an installed plugin came from; a small file in its package, which outlives the service's own records.</summary>
public sealed record Provenance
{
    /// <summary>The file's name, beside the plugin's <c>wazo</c> folder.</summary>
    public const string FileName = "provenance.json";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The method that was asked for: one of <see cref="InstallMethods"/>.</summary>
    public required string Method { get; init; }

    /// <summary>Where it really came from, without credentials.</summary>
    public required PluginOrigin Source { get; init; }

    /// <summary>Its revision, in the source's own word.</summary>
    public required string Revision { get; init; }

    /// <summary>The plugin's version.</summary>
    public required string Version { get; init; }

    /// <summary>The operation that built the package.</summary>
    public required Guid Operation { get; init; }

    /// <summary>When the package was built.</summary>
    public required DateTimeOffset BuiltAt { get; init; }

    /// <summary>Describes what is built.</summary>
    /// <param name="method">The method that was asked for.</param>
    /// <param name="plugin">What was fetched.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="builtAt">Now.</param>
    public static Provenance Of(string method, FetchedPlugin plugin, Guid operation, DateTimeOffset builtAt) => new()
    {
        Method = method,
        Source = plugin.Source.WithoutCredentials(),
        Revision = plugin.Revision,
        Version = plugin.Manifest.Plugin.Version,
        Operation = operation,
        BuiltAt = builtAt,
    };

    /// <summary>Reads where an installed plugin came from.</summary>
    /// <param name="configuration">Says where plugins are installed.</param>
    /// <param name="pluginNamespace">Its namespace.</param>
    /// <param name="name">Its name.</param>
    /// <returns><c>null</c> when its package does not say: the replaced service built it.</returns>
    public static Provenance? Find(PlugindConfiguration configuration, string pluginNamespace, string name)
    {
        try
        {
            var file = Path.Join(configuration.InstallDirectory(pluginNamespace, name), FileName);
            return JsonNode.Parse(File.ReadAllText(file)) is JsonObject json ? Read(json) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The file's content: method, options and revision under the names that the source has for them.</summary>
    public string ToJson()
    {
        var method = PluginSources.Find(Source.Method)!;
        var options = method.Store(Source.Options);
        var json = new JsonObject { ["method"] = Method };
        foreach (var field in method.Schema.Fields)
            json[field.Name] = options[field.Name]?.DeepClone();
        json[method.RevisionKey!] = Revision;
        json["version"] = Version;
        json["operation"] = Operation;
        json["built_at"] = BuiltAt;
        return json.ToJsonString(Indented) + "\n";
    }

    private static Provenance? Read(JsonObject json)
    {
        // The revision's name tells the source: a market has none of its own.
        if (PluginSources.All.FirstOrDefault(method => method.RevisionKey is { } key && json[key] is not null) is not { } source
            || json["method"] is not { } method || json["version"] is not { } version
            || json["operation"] is not { } operation || json["built_at"] is not { } builtAt)
        {
            return null;
        }

        return new Provenance
        {
            Method = method.GetValue<string>(),
            Source = new PluginOrigin(source.Name, source.Read(json)),
            Revision = json[source.RevisionKey!]!.GetValue<string>(),
            Version = version.GetValue<string>(),
            Operation = operation.GetValue<Guid>(),
            BuiltAt = builtAt.GetValue<DateTimeOffset>(),
        };
    }
}

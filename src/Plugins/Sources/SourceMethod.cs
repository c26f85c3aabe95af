using System.Text.Json;
using System.Text.Json.Nodes;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Validation;
using WazoPlugind.Plugins.Manifest;

namespace WazoPlugind.Plugins.Sources;

/// <summary>A method of installation: its name, its options, and how they are read, shown and kept. It asks nobody anything.</summary>
/// <param name="name">Its name: one of <see cref="InstallMethods"/>.</param>
/// <param name="options">Its options.</param>
public abstract class SourceMethod(string name, params Field[] options)
{
    /// <summary>An address, as long as <see cref="SourceUrl"/> reads it.</summary>
    protected static readonly StringSchema Url = new([.. StringSchema.Line.Rules, StringRule.MaxLength(SourceUrl.MaxLength)]);

    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>What the options of an installation must be.</summary>
    public ObjectSchema Schema { get; } = new(options);

    /// <summary>Those of the options that an update may say.</summary>
    public virtual IReadOnlyList<Field> UpdateOptions { get; } = [.. options.Select(option => option with { Required = false })];

    /// <summary>The key of a revision in a plugin's provenance; <c>null</c> for a source that has no plugins itself.</summary>
    public virtual string? RevisionKey => null;

    /// <summary>The plugin that the options name; <c>null</c> where only its manifest does.</summary>
    /// <param name="options">The options.</param>
    public virtual PluginReference? PluginOf(InstallOptions options) => null;

    /// <summary>The source of a plugin that is known by its name alone; <c>null</c> where a name does not do.</summary>
    /// <param name="plugin">The plugin, with the version that is wanted.</param>
    public virtual PluginOrigin? SourceOf(PluginReference plugin) => null;

    /// <summary>Reads options.</summary>
    /// <param name="options">Options that satisfy <see cref="Schema"/>; what is none of them does not count.</param>
    /// <exception cref="JsonException">They do not satisfy it.</exception>
    public InstallOptions Read(JsonObject options) => Own(options).Deserialize(InstallOptionsJsonContext.Default.InstallOptions)!;

    /// <summary>The options as they are kept: those that were given, under their names in requests, no credentials.</summary>
    /// <param name="options">The options.</param>
    public JsonObject Store(InstallOptions options) => Own(JsonSerializer.SerializeToNode(
        WithoutCredentials(options), InstallOptionsJsonContext.Default.InstallOptions)!.AsObject());

    /// <summary>The options as errors show them: defaults filled in, no credentials.</summary>
    /// <param name="options">The options.</param>
    public abstract JsonObject Show(InstallOptions options);

    /// <summary>The options for an update.</summary>
    /// <param name="plugin">The installed plugin, with the version that is wanted.</param>
    /// <param name="wanted">What the request says.</param>
    /// <param name="installed">The options of then, where the installed plugin came from such a source; else <c>null</c>.</param>
    public abstract InstallOptions ForUpdate(PluginReference plugin, InstallOptions wanted, InstallOptions? installed);

    /// <summary>Why an update is not possible with options that <see cref="ForUpdate"/> made, or <c>null</c>.</summary>
    /// <param name="options">The options.</param>
    public virtual string? ProblemOfUpdate(InstallOptions options) => null;

    /// <summary>The options without secrets.</summary>
    /// <param name="options">The options.</param>
    public static InstallOptions WithoutCredentials(InstallOptions options) =>
        options.Url is { } url ? options with { Url = SourceUrl.Redact(url) } : options;

    private JsonObject Own(JsonObject options) => new(Schema.Fields
        .Where(field => options[field.Name] is not null)
        .Select(field => KeyValuePair.Create(field.Name, options[field.Name]?.DeepClone())));
}

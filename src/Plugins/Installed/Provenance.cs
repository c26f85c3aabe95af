using System.Text.Json;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Sources.Git;

namespace WazoPlugind.Plugins.Installed;

/// <summary>Where an installed plugin came from; a small file in its package, which outlives the service's own records.</summary>
public sealed record Provenance
{
    /// <summary>The file's name, beside the plugin's <c>wazo</c> folder.</summary>
    public const string FileName = "provenance.json";

    /// <summary>One of <see cref="InstallMethods"/>.</summary>
    public required string Method { get; init; }

    /// <summary>The git repository, without credentials.</summary>
    public required string? Url { get; init; }

    /// <summary>The branch, tag or commit that was asked for; <c>null</c> for the default.</summary>
    public required string? Ref { get; init; }

    /// <summary>The plugin's root inside the repository; <c>null</c> for the repository's root.</summary>
    public required string? Subdirectory { get; init; }

    /// <summary>The full hash of the commit.</summary>
    public required string Commit { get; init; }

    /// <summary>The plugin's version.</summary>
    public required string Version { get; init; }

    /// <summary>The operation that built the package.</summary>
    public required Guid Operation { get; init; }

    /// <summary>When the package was built.</summary>
    public required DateTimeOffset BuiltAt { get; init; }

    /// <summary>Describes a source.</summary>
    /// <param name="command">The command to build it.</param>
    /// <param name="version">The plugin's version.</param>
    /// <param name="builtAt">Now.</param>
    public static Provenance Of(BuildPlugin command, string version, DateTimeOffset builtAt) => new()
    {
        Method = command.Method,
        Url = command.Source.Url is { } url ? GitUrl.Redact(url) : null,
        Ref = command.Source.Ref,
        Subdirectory = command.Source.Subdirectory,
        Commit = command.Commit,
        Version = version,
        Operation = command.Uuid,
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
            return JsonSerializer.Deserialize(File.ReadAllText(file), ProvenanceJsonContext.Default.Provenance);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The file's content.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ProvenanceJsonContext.Default.Provenance) + "\n";
}

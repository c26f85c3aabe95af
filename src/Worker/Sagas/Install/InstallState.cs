using System.Text.Json.Serialization;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Worker.Sagas.Install;

/// <summary>What is remembered of an installation, or of an update. It holds no credentials.</summary>
internal sealed class InstallState : OperationState
{
    /// <summary>The kind, as it is stored.</summary>
    public const string KindName = "install";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => KindName;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Action => Update is null ? OperationAction.Install : OperationAction.Update;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? PluginNamespace => Plugin?.Namespace ?? Wanted?.Namespace;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? PluginName => Plugin?.Name ?? Wanted?.Name;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? PluginVersion => Plugin?.Version;

    /// <summary>Where the plugin comes from: one of <see cref="InstallMethods"/>.</summary>
    public string Method { get; set; } = "";

    /// <summary>The options of the method, without credentials.</summary>
    public InstallOptions Options { get; set; } = new();

    /// <summary>Whether to install again what is installed in the same version.</summary>
    public bool Reinstall { get; set; }

    /// <summary>The revision that it has to be, in the source's own word; <c>null</c> for what there is.</summary>
    public string? WantedRevision { get; set; }

    /// <summary>What was asked for, when an installed plugin is updated; <c>null</c> for an installation.</summary>
    public UpdateRequest? Update { get; set; }

    /// <summary>What was fetched, in the source's own word.</summary>
    public string? Revision { get; set; }

    /// <summary>The name that it was found by, where the source names revisions.</summary>
    public RevisionName? RevisionName { get; set; }

    /// <summary>Where it was fetched from, without credentials.</summary>
    public PluginOrigin? Source { get; set; }

    /// <summary>The validated manifest, once it is read.</summary>
    public PluginManifest? Manifest { get; set; }

    /// <summary>The plugin, once its manifest is read.</summary>
    [JsonIgnore]
    public PluginIdentity? Plugin => Manifest?.Plugin;

    /// <summary>The plugin that is asked for by its name, or <c>null</c>.</summary>
    [JsonIgnore]
    public PluginReference? Wanted => Update?.Plugin ?? PluginSources.Find(Method)?.PluginOf(Options);

    /// <inheritdoc/>
    public override OperationError ErrorOf(StepFailure failure) => OperationErrors.Of(
        failure, PluginSources.Shown(new PluginOrigin(Method, Options), failure.Source ?? Source));
}

using System.Text.Json.Serialization;
using WazoPlugind.Messages;

namespace WazoPlugind.Worker.Sagas.Install;

/// <summary>What is remembered of an installation. It holds no credentials.</summary>
internal sealed class InstallState : OperationState
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Action => Update is null ? "install" : "update";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? PluginNamespace => Plugin?.Namespace ?? Update?.Plugin.Namespace ?? Options.Namespace;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? PluginName => Plugin?.Name ?? Update?.Plugin.Name ?? Options.Name;

    /// <summary>Where the plugin comes from: one of <see cref="InstallMethods"/>.</summary>
    public string Method { get; set; } = "";

    /// <summary>The options of the command, without credentials.</summary>
    public InstallOptions Options { get; set; } = new();

    /// <summary>Whether to install again what is installed in the same version.</summary>
    public bool Reinstall { get; set; }

    /// <summary>The plugin, once its manifest is read.</summary>
    public PluginIdentity? Plugin { get; set; }

    /// <summary>The full hash of the commit, once it is fetched.</summary>
    public string? Commit { get; set; }

    /// <summary>The git source without credentials, once it is fetched.</summary>
    public InstallOptions? Source { get; set; }

    /// <summary>The plugins that it needs, once its manifest is read.</summary>
    public IReadOnlyList<PluginReference> Depends { get; set; } = [];

    /// <summary>What was asked for, when an installed plugin is updated; <c>null</c> for an installation.</summary>
    public UpdateRequest? Update { get; set; }
}

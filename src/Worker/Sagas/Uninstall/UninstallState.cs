using System.Text.Json.Serialization;

namespace WazoPlugind.Worker.Sagas.Uninstall;

/// <summary>What is remembered of a removal.</summary>
internal sealed class UninstallState : OperationState
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Action => "uninstall";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? PluginNamespace => Namespace;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? PluginName => Name;

    /// <summary>The plugin's namespace.</summary>
    public string Namespace { get; set; } = "";

    /// <summary>The plugin's name.</summary>
    public string Name { get; set; } = "";

    /// <summary>The packages that were removed, dependants included.</summary>
    public IReadOnlyList<string> RemovedPackages { get; set; } = [];
}

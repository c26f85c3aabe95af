using System.Text.Json.Serialization;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;
using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Worker.Sagas.Uninstall;

/// <summary>What is remembered of a removal.</summary>
internal sealed class UninstallState : OperationState
{
    /// <summary>The kind, as it is stored.</summary>
    public const string KindName = "uninstall";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => KindName;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Action => OperationAction.Uninstall;

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

    /// <inheritdoc/>
    public override OperationError ErrorOf(StepFailure failure) => OperationErrors.Of(failure, installOptions: null);
}

using System.Text.Json.Serialization;

namespace WazoPlugind.Worker.Sagas.UpdateAll;

/// <summary>What is remembered of an update of all plugins.</summary>
internal sealed class UpdateAllState : OperationState
{
    /// <inheritdoc/>
    [JsonIgnore]
    public override string Action => "update";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? PluginNamespace => null;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? PluginName => null;
}

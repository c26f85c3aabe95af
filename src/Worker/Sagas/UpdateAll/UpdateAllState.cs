using System.Text.Json.Serialization;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;
using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Worker.Sagas.UpdateAll;

/// <summary>What is remembered of an update of all plugins.</summary>
internal sealed class UpdateAllState : OperationState
{
    /// <summary>The kind, as it is stored.</summary>
    public const string KindName = "update-all";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => KindName;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Action => OperationAction.Update;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? PluginNamespace => null;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? PluginName => null;

    /// <inheritdoc/>
    public override OperationError ErrorOf(StepFailure failure) => OperationErrors.Of(failure, installOptions: null);
}

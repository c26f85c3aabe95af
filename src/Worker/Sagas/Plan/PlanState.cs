using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Planning;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Worker.Sagas.Plan;

/// <summary>What is remembered of a plan. It holds no credentials.</summary>
internal sealed class PlanState : OperationState
{
    /// <summary>The kind, as it is stored.</summary>
    public const string KindName = "plan";

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Kind => KindName;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string Action => Wanted?.Action ?? OperationAction.Install;

    /// <summary>Nobody: nothing happens to a plugin.</summary>
    [JsonIgnore]
    public override bool IsTold => false;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? PluginNamespace => Plugin?.Namespace;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? PluginName => Plugin?.Name;

    /// <inheritdoc/>
    [JsonIgnore]
    public override string? PluginVersion => Plugin?.Version;

    /// <summary>What was asked for, without credentials; <c>null</c> for what was refused.</summary>
    public PlanOperationCommand? Wanted { get; set; }

    /// <summary>The plugin, once it is known; <c>null</c> for all of them.</summary>
    public PluginReference? Plugin { get; set; }

    /// <summary>Where it comes from, without credentials, once that is known.</summary>
    public PluginOrigin? Source { get; set; }

    /// <summary>What would become of plugins, while it is not known what would of packages.</summary>
    public PluginPlan? Plugins { get; set; }

    /// <summary>The plan, when it has just been made.</summary>
    [JsonIgnore]
    public JsonObject? Plan { get; set; }

    /// <inheritdoc/>
    public override OperationError ErrorOf(StepFailure failure) =>
        OperationErrors.Of(failure, Source is { } source ? PluginSources.Shown(source, failure.Source) : null);
}

using WazoPlugind.Plugins.Planning;

namespace WazoPlugind.Worker.Steps.Plan;

/// <summary>What would become of plugins is known.</summary>
/// <param name="Plan">What would.</param>
public sealed record SourcesPlanned(PluginPlan Plan);

namespace WazoPlugind.Plugins.Planning;

/// <summary>What would become of plugins.</summary>
/// <param name="Plugins">The plugins, each after those that it needs.</param>
/// <param name="Problems">What would fail.</param>
public sealed record PluginPlan(IReadOnlyList<PlannedPlugin> Plugins, IReadOnlyList<PlanProblem> Problems);

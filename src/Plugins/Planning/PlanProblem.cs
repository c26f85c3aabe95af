using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Plugins.Planning;

/// <summary>What the operation that is planned would end in.</summary>
/// <param name="Failure">What would happen.</param>
/// <param name="Plugin">The plugin whose installation, update or removal would fail, where it is known.</param>
/// <param name="Source">Where it comes from, without credentials; <c>null</c> where that has no part in it.</param>
public sealed record PlanProblem(StepFailure Failure, PluginReference? Plugin = null, PluginOrigin? Source = null);

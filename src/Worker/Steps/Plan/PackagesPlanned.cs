using WazoPlugind.Debian.Apt;
using WazoPlugind.Plugins.Planning;

namespace WazoPlugind.Worker.Steps.Plan;

/// <summary>What apt-get would do is known.</summary>
/// <param name="Changes">What it would do.</param>
/// <param name="Problem">Why it cannot, or <c>null</c>.</param>
/// <param name="WasAsked">Whether it was asked: else all is there.</param>
public sealed record PackagesPlanned(AptChanges Changes, PlanProblem? Problem, bool WasAsked);

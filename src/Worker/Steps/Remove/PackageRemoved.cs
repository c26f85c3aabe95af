namespace WazoPlugind.Worker.Steps.Remove;

/// <summary>A plugin's package is removed.</summary>
/// <param name="Packages">The packages that were removed, dependants included.</param>
public sealed record PackageRemoved(IReadOnlyList<string> Packages);

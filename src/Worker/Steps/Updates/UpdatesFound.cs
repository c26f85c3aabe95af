using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Worker.Steps.Updates;

/// <summary>What there is something newer of is known.</summary>
/// <param name="Plugins">The plugins to update.</param>
public sealed record UpdatesFound(IReadOnlyList<UpdateCandidate> Plugins);

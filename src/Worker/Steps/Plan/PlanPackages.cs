using WazoPlugind.Messages;

namespace WazoPlugind.Worker.Steps.Plan;

/// <summary>Asks an installer what apt-get would do for Debian packages that are needed. Gives <see cref="PackagesPlanned"/>.</summary>
public sealed record PlanPackages : IOperationMessage
{
    /// <summary>The operation.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>What is needed: entries of a Depends field, each valid.</summary>
    public required IReadOnlyList<string> Depends { get; init; }
}

using WazoPlugind.Messages;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Worker.Steps.Updates;

/// <summary>Asks a builder which plugins there is something newer of. Gives <see cref="UpdatesFound"/>.</summary>
public sealed record FindUpdates : IOperationMessage
{
    /// <summary>The operation.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>The installed plugins.</summary>
    public required IReadOnlyList<UpdateCandidate> Plugins { get; init; }
}

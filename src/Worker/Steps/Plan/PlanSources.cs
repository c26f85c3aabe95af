using WazoPlugind.Messages;
using WazoPlugind.Plugins.Planning;

namespace WazoPlugind.Worker.Steps.Plan;

/// <summary>Asks a builder what would become of plugins. Gives <see cref="SourcesPlanned"/>.</summary>
public sealed record PlanSources : IOperationMessage, ICarriesUrl
{
    /// <summary>The operation.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>What is planned; only the url of a single one may have credentials.</summary>
    public required IReadOnlyList<WantedPlugin> Wanted { get; init; }

    /// <summary>What is installed.</summary>
    public required IReadOnlyList<InstalledVersion> Installed { get; init; }

    /// <inheritdoc/>
    string? ICarriesUrl.Url => Wanted is [var only] ? only.Source.Options.Url : null;

    /// <inheritdoc/>
    object ICarriesUrl.WithUrl(string url) =>
        this with { Wanted = [Wanted[0] with { Source = Wanted[0].Source with { Options = Wanted[0].Source.Options with { Url = url } } }] };
}

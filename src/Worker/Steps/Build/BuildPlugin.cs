using WazoPlugind.Messages;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Worker.Steps.Build;

/// <summary>Tells a builder to build the package of a fetched plugin. Gives <see cref="PluginBuilt"/>.</summary>
public sealed record BuildPlugin : IOperationMessage, ICarriesUrl
{
    /// <summary>The operation.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>What was asked for, for the package's provenance; without credentials.</summary>
    public required PluginOrigin Requested { get; init; }

    /// <summary>Where to fetch it again when this machine does not have the tree.</summary>
    public required PluginOrigin Source { get; init; }

    /// <summary>What to build: a branch may have moved since the fetch.</summary>
    public required string Revision { get; init; }

    /// <summary>The name that the revision was found by: what is fetched again has it too. <c>null</c> where there was none.</summary>
    public RevisionName? RevisionName { get; init; }

    /// <summary>The validated manifest of that revision.</summary>
    public required PluginManifest Manifest { get; init; }

    /// <inheritdoc/>
    string? ICarriesUrl.Url => Source.Options.Url;

    /// <inheritdoc/>
    object ICarriesUrl.WithUrl(string url) => this with { Source = Source with { Options = Source.Options with { Url = url } } };
}

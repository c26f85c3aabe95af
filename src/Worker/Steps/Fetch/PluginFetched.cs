using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Worker.Steps.Fetch;

/// <summary>A plugin's source is in its work directory and its manifest is valid.</summary>
public sealed record PluginFetched : ICarriesUrl
{
    /// <summary>Where it really came from; its url may hold credentials.</summary>
    public required PluginOrigin Source { get; init; }

    /// <summary>What was fetched, in the source's own word: a commit, a hash.</summary>
    public required string Revision { get; init; }

    /// <summary>The name that it was found by, or <c>null</c>.</summary>
    public RevisionName? RevisionName { get; init; }

    /// <summary>The validated manifest.</summary>
    public required PluginManifest Manifest { get; init; }

    /// <inheritdoc/>
    string? ICarriesUrl.Url => Source.Options.Url;

    /// <inheritdoc/>
    object ICarriesUrl.WithUrl(string url) => this with { Source = Source with { Options = Source.Options with { Url = url } } };
}

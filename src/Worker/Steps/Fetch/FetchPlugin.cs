using WazoPlugind.Messages;

namespace WazoPlugind.Worker.Steps.Fetch;

/// <summary>Tells a builder to fetch and validate a plugin's source. Gives <see cref="PluginFetched"/>.</summary>
public sealed record FetchPlugin : IOperationMessage, ICarriesUrl
{
    /// <summary>The operation.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>Where the plugin comes from: one of <see cref="InstallMethods"/>.</summary>
    public required string Method { get; init; }

    /// <summary>What the method needs to find the plugin.</summary>
    public required InstallOptions Options { get; init; }

    /// <summary>The revision that it has to be, or <c>null</c> for what there is.</summary>
    public string? Revision { get; init; }

    /// <inheritdoc/>
    string? ICarriesUrl.Url => Options.Url;

    /// <inheritdoc/>
    object ICarriesUrl.WithUrl(string url) => this with { Options = Options with { Url = url } };
}

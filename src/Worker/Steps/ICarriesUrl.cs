using WazoPlugind.Plugins.Sources;

namespace WazoPlugind.Worker.Steps;

/// <summary>A message with a url that may have to carry credentials, which are put into it when it is sent.</summary>
internal interface ICarriesUrl
{
    /// <summary>The url, or <c>null</c>.</summary>
    string? Url { get; }

    /// <summary>The message with another url.</summary>
    /// <param name="url">The url, with credentials.</param>
    object WithUrl(string url);

    /// <summary>The message with the url without credentials, as it may be written down.</summary>
    ICarriesUrl WithoutCredentials() => Url is { } url ? (ICarriesUrl)WithUrl(SourceUrl.Redact(url)) : this;
}

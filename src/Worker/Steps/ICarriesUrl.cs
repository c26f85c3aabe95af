namespace WazoPlugind.Worker.Steps;

/// <summary>A message with a url that may have to carry credentials, which are put into it when it is sent.</summary>
internal interface ICarriesUrl
{
    /// <summary>The url, or <c>null</c>.</summary>
    string? Url { get; }

    /// <summary>The message with another url.</summary>
    /// <param name="url">The url, with credentials.</param>
    object WithUrl(string url);
}

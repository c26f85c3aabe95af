using Carter;
using WazoPlugind.Api.Authentication;
using WazoPlugind.Api.Errors;
using WazoPlugind.Api.Http;
using WazoPlugind.Platform;
using WazoPlugind.Plugins.Listing;

namespace WazoPlugind.Api.Market;

/// <summary>The plugins that the market has.</summary>
/// <param name="authenticator">Says who asks.</param>
/// <param name="market">What the market has.</param>
/// <param name="logger">Is told when the market does not answer.</param>
internal sealed partial class MarketModule(Authenticator authenticator, MarketListings market, ILogger<MarketModule> logger) : ICarterModule
{
    private const string Access = "plugind.market.read";

    private readonly LatestBody<MarketPage> _whole = new();

    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        app.Get("/0.2/market", ListAsync);
        app.Get("/0.2/market/{namespace}/{name}", GetAsync);
    }

    private async Task ListAsync(HttpRequest request, HttpResponse response)
    {
        await authenticator.RequireAsync(request, Access);
        var query = MarketRequest.Read(request);
        var listing = await GetListingAsync(request);
        var page = listing.Query(query) ?? throw new ApiErrorException(ApiError.InvalidSortParameters(query.Order));
        await response.WriteJsonAsync(page.IsWhole ? _whole.Of(page, Body) : Body(page));
    }

    private static ReadOnlyMemory<byte> Body(MarketPage page) =>
        ResponseWriting.JsonList(page.Items, ("total", page.Total), ("filtered", page.Filtered));

    private async Task GetAsync(HttpRequest request, HttpResponse response)
    {
        await authenticator.RequireAsync(request, Access);
        var (pluginNamespace, name) = ((string)request.RouteValues["namespace"]!, (string)request.RouteValues["name"]!);
        var listing = await GetListingAsync(request);
        await response.WriteJsonAsync(
            listing.Find(pluginNamespace, name) ?? throw new ApiErrorException(ApiError.PluginNotFound(pluginNamespace, name)));
    }

    private async Task<MarketListing> GetListingAsync(HttpRequest request)
    {
        try
        {
            return await market.GetAsync(request.HttpContext.RequestAborted);
        }
        catch (PlatformUnavailableException e)
        {
            LogUnavailable(e.Message);
            throw new ApiErrorException(ApiError.MarketUnavailable());
        }
    }

    [LoggerMessage(LogLevel.Warning, "The market cannot be listed: {Reason}")]
    private partial void LogUnavailable(string reason);
}

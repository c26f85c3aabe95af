using Carter;
using WazoPlugind.Api.Authentication;
using WazoPlugind.Api.Errors;
using WazoPlugind.Api.Http;

namespace WazoPlugind.Api.Status;

/// <summary>Says which parts of the service work, to who may ask, and to what watches over this machine.</summary>
/// <param name="authenticator">Says who asks.</param>
/// <param name="status">The parts.</param>
internal sealed class StatusModule(Authenticator authenticator, ServiceStatus status) : ICarterModule
{
    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        app.Get("/0.2/status", GetAsync);
        app.Get("/0.2/health", GetHealthAsync);
    }

    private async Task GetAsync(HttpRequest request, HttpResponse response)
    {
        await authenticator.RequireAsync(request, "plugind.status.read", anyTenant: true);
        await response.WriteJsonAsync(await status.GetAsync(request.HttpContext.RequestAborted));
    }

    // What watches has no token, and reads the status of the answer.
    private async Task GetHealthAsync(HttpRequest request, HttpResponse response)
    {
        if (!LocalProxyMiddleware.IsDirectlyLocal(request.HttpContext))
            await authenticator.RequireAsync(request, "plugind.metrics.read", anyTenant: true);
        var parts = await status.GetAsync(request.HttpContext.RequestAborted);
        if (!ServiceStatus.IsHealthy(parts))
            throw new ApiErrorException(ApiError.Unhealthy(parts));
        await response.WriteJsonAsync(parts);
    }
}

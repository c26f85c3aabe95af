using Carter;
using WazoPlugind.Api.Authentication;
using WazoPlugind.Api.Http;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Api.Config;

/// <summary>Shows the effective configuration, without its secrets.</summary>
/// <param name="authenticator">Says who asks.</param>
/// <param name="configuration">What is shown.</param>
internal sealed class ConfigModule(Authenticator authenticator, LoadedConfiguration configuration) : ICarterModule
{
    // It cannot change while the process runs. Not made before it is asked for: modules are part of the start.
    private readonly Lazy<byte[]> _shown = new(() => ResponseWriting.Utf8(configuration.ToJson()));

    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app) => app.Get("/0.2/config", GetAsync);

    private async Task GetAsync(HttpRequest request, HttpResponse response)
    {
        await authenticator.RequireAsync(request, "plugind.config.read");
        await response.WriteJsonAsync(_shown.Value);
    }
}

using Carter;
using WazoPlugind.Api.Http;

namespace WazoPlugind.Api.Documentation;

/// <summary>Describes the API, to anybody.</summary>
/// <param name="description">The description.</param>
internal sealed class DocumentationModule(ApiDescription description) : ICarterModule
{
    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        app.Get("/0.2/api/api.yml", (request, response) =>
            response.WriteAsync(description.SwaggerYaml(request.Scheme, request.Host.Value ?? "", request.PathBase), "application/x-yaml"));
        app.Get("/0.2/api/openapi.json", (request, response) => response.WriteJsonAsync(description.OpenApi(request.PathBase)));
    }
}

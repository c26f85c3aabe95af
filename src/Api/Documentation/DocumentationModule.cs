using Carter;

namespace WazoPlugind.Api.Documentation;

/// <summary>Describes the API, to anybody.</summary>
internal sealed class DocumentationModule : CarterModule
{
    /// <summary>Maps the routes.</summary>
    public DocumentationModule(ApiDescription description)
    {
        Get("/0.2/api/api.yml", (request, response) =>
            response.WriteAsync(description.SwaggerYaml(request.PathBase), "application/x-yaml"));
        Get("/0.2/api/openapi.json", (request, response) => response.WriteJsonAsync(description.OpenApi(request.PathBase)));
    }
}

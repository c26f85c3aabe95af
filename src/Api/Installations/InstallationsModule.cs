using System.Text.Json.Nodes;
using Carter;
using WazoPlugind.Api.Authentication;
using WazoPlugind.Api.Http;
using WazoPlugind.Api.Plugins;
using WazoPlugind.Platform.Validation;
using WazoPlugind.Plugins.Installed;

namespace WazoPlugind.Api.Installations;

/// <summary>How the plugins that are installed were installed. What they are is in <see cref="PluginsModule"/>.</summary>
/// <param name="authenticator">Says who asks.</param>
/// <param name="access">Says who may do what with a plugin.</param>
/// <param name="installed">The plugins that are installed.</param>
/// <param name="records">Tell how.</param>
internal sealed class InstallationsModule(
    Authenticator authenticator, PluginAccess access, InstalledPlugins installed, InstallationRecords records) : ICarterModule
{
    private static readonly ObjectSchema Nothing = new();

    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        app.Get("/0.2/installations", ListAsync);
        app.Get("/0.2/plugins/{namespace}/{name}/installation", GetAsync);
    }

    private async Task ListAsync(HttpRequest request, HttpResponse response)
    {
        await authenticator.RequireAsync(request, "plugind.plugins.read");
        request.ReadQuery(Nothing, isClosed: true);
        var items = await records.OfAsync(installed.List(), request.HttpContext.RequestAborted);
        await response.WriteJsonAsync(new JsonObject { ["items"] = new JsonArray([.. items]), ["total"] = items.Count });
    }

    private async Task GetAsync(HttpRequest request, HttpResponse response)
    {
        var (pluginNamespace, name) = ((string)request.RouteValues["namespace"]!, (string)request.RouteValues["name"]!);
        var (plugin, _) = await access.RequireAsync(request, pluginNamespace, name, PluginAccess.Read);
        request.ReadQuery(Nothing, isClosed: true);
        await response.WriteJsonAsync((await records.OfAsync([plugin], request.HttpContext.RequestAborted))[0]);
    }
}

using System.Text.Json;
using Carter;
using WazoPlugind.Api.Authentication;
using WazoPlugind.Api.Errors;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Registry;

namespace WazoPlugind.Api.Plugins;

/// <summary>The installed plugins: listed, installed and uninstalled.</summary>
internal sealed class PluginsModule : CarterModule
{
    private const string Collection = "/0.2/plugins";
    private const string Item = "/0.2/plugins/{namespace}/{name}";

    private readonly Authenticator _authenticator;
    private readonly InstalledPlugins _installed;
    private readonly CommandSender _commands;

    /// <summary>Maps the routes.</summary>
    public PluginsModule(Authenticator authenticator, InstalledPlugins installed, CommandSender commands)
    {
        (_authenticator, _installed, _commands) = (authenticator, installed, commands);
        Get(Collection, ListAsync);
        Post(Collection, InstallAsync);
        Get(Item, GetAsync);
        Delete(Item, UninstallAsync);
    }

    private async Task ListAsync(HttpRequest request, HttpResponse response)
    {
        await _authenticator.RequireAsync(request, "plugind.plugins.read");
        var plugins = _installed.List();
        await response.WriteJsonListAsync([.. plugins.Select(plugin => plugin.Manifest)], ("total", plugins.Count));
    }

    private async Task InstallAsync(HttpRequest request, HttpResponse response)
    {
        var requester = await _authenticator.RequireAsync(request, PluginAccess.Create);
        var command = await InstallRequest.ReadAsync(request, requester);
        await _commands.SendAsync(command, request.HttpContext.TraceIdentifier);
        await AcceptedAsync(response, command.Uuid);
    }

    private async Task GetAsync(HttpRequest request, HttpResponse response)
    {
        var (plugin, _) = await RequirePluginAsync(request, PluginAccess.Read);
        await response.WriteJsonAsync(plugin.Manifest);
    }

    private async Task UninstallAsync(HttpRequest request, HttpResponse response)
    {
        var (plugin, requester) = await RequirePluginAsync(request, PluginAccess.Delete);
        var command = new UninstallPluginCommand
        {
            Uuid = Guid.NewGuid(),
            Namespace = plugin.Namespace,
            Name = plugin.Name,
            Requester = requester,
        };
        await _commands.SendAsync(command, request.HttpContext.TraceIdentifier);
        await AcceptedAsync(response, command.Uuid);
    }

    private async Task<(InstalledPlugin Plugin, OperationRequester Requester)> RequirePluginAsync(HttpRequest request, string action)
    {
        var pluginNamespace = (string)request.RouteValues["namespace"]!;
        var name = (string)request.RouteValues["name"]!;
        var requester = await _authenticator.RequireAsync(request, PluginAccess.To(pluginNamespace, name, action));
        var plugin = _installed.Find(pluginNamespace, name) ?? throw new ApiErrorException(ApiError.PluginNotFound(pluginNamespace, name));
        return (plugin, requester);
    }

    private static Task AcceptedAsync(HttpResponse response, Guid operation) =>
        response.WriteJsonAsync(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["uuid"] = operation.ToString() }));
}

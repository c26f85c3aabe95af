using Carter;
using WazoPlugind.Api.Authentication;
using WazoPlugind.Api.Errors;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Registry;
using WazoPlugind.Plugins.Validation;

namespace WazoPlugind.Api.Plugins;

/// <summary>The installed plugins: listed, installed and uninstalled.</summary>
internal sealed class PluginsModule : CarterModule
{
    private const string Collection = "/0.2/plugins";
    private const string Item = "/0.2/plugins/{namespace}/{name}";
    private const string Refuse = "refuse";

    private static readonly ObjectSchema UninstallQuery = new(new Field("dependants", new StringSchema(StringRule.OneOf("remove", Refuse))));

    private readonly Authenticator _authenticator;
    private readonly PluginAccess _access;
    private readonly InstalledPlugins _installed;
    private readonly DpkgStatus _dpkg;
    private readonly CommandSender _commands;
    private readonly LatestBody<IReadOnlyList<InstalledPlugin>> _list = new();

    /// <summary>Maps the routes.</summary>
    public PluginsModule(
        Authenticator authenticator, PluginAccess access, InstalledPlugins installed, DpkgStatus dpkg, CommandSender commands)
    {
        (_authenticator, _access, _installed, _dpkg, _commands) = (authenticator, access, installed, dpkg, commands);
        Get(Collection, ListAsync);
        Post(Collection, InstallAsync);
        Get(Item, GetAsync);
        Put(Item, UpdateAsync);
        Delete(Item, UninstallAsync);
    }

    private async Task ListAsync(HttpRequest request, HttpResponse response)
    {
        await _authenticator.RequireAsync(request, "plugind.plugins.read");
        await response.WriteJsonAsync(_list.Of(
            _installed.List(), plugins => ResponseWriting.JsonList([.. plugins.Select(plugin => plugin.Manifest)], ("total", plugins.Count))));
    }

    private async Task InstallAsync(HttpRequest request, HttpResponse response)
    {
        var requester = await _authenticator.RequireAsync(request, PluginAccess.Create);
        var command = await InstallRequest.ReadAsync(request, requester);
        await _commands.SendAsync(command, request.HttpContext.TraceIdentifier);
        await response.WriteAcceptedAsync(command.Uuid);
    }

    private async Task GetAsync(HttpRequest request, HttpResponse response)
    {
        var (plugin, _) = await RequirePluginAsync(request, PluginAccess.Read);
        await response.WriteJsonAsync(plugin.Manifest);
    }

    private async Task UpdateAsync(HttpRequest request, HttpResponse response)
    {
        var (plugin, requester) = await RequirePluginAsync(request, PluginAccess.Update);
        // Nothing has to be said.
        var body = request is { ContentLength: 0 } or { ContentLength: null, Headers.TransferEncoding.Count: 0 } ? [] : await request.ReadBodyAsync();
        var command = UpdateRequest.Read(plugin, body, requester);
        await _commands.SendAsync(command, request.HttpContext.TraceIdentifier);
        await response.WriteAcceptedAsync(command.Uuid);
    }

    private async Task UninstallAsync(HttpRequest request, HttpResponse response)
    {
        var (package, command) = await _access.RequireRemovableAsync(request, Value(request, "namespace"), Value(request, "name"));
        if (request.ReadQuery(UninstallQuery).Text("dependants") == Refuse
            && _dpkg.DependantsOf([package.Name]) is { Count: > 0 } dependants)
        {
            throw new ApiErrorException(ApiError.HasDependants(dependants.Select(ShownName)));
        }

        await _commands.SendAsync(command, request.HttpContext.TraceIdentifier);
        await response.WriteAcceptedAsync(command.Uuid);
    }

    private Task<(InstalledPlugin Plugin, OperationRequester Requester)> RequirePluginAsync(HttpRequest request, string action) =>
        _access.RequireAsync(request, Value(request, "namespace"), Value(request, "name"), action);

    private static string Value(HttpRequest request, string name) => (string)request.RouteValues[name]!;

    // A plugin by its own name, any other package by the package's.
    private string ShownName(DpkgPackage package) =>
        _installed.List().FirstOrDefault(plugin => plugin.Package == package.Name) is { } plugin ? $"{plugin.Namespace}/{plugin.Name}" : package.Name;
}

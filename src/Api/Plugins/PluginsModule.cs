using Carter;
using WazoPlugind.Api.Authentication;
using WazoPlugind.Api.Commands;
using WazoPlugind.Api.Errors;
using WazoPlugind.Api.Http;
using WazoPlugind.Debian.Database;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;
using WazoPlugind.Platform.Market;
using WazoPlugind.Platform.Validation;
using WazoPlugind.Plugins.Installed;

namespace WazoPlugind.Api.Plugins;

/// <summary>The installed plugins: listed, installed and uninstalled.</summary>
/// <param name="authenticator">Says who asks.</param>
/// <param name="access">Says who may do what with a plugin.</param>
/// <param name="installed">The plugins that are installed.</param>
/// <param name="dpkg">The packages that are.</param>
/// <param name="commands">Takes what is asked for.</param>
/// <param name="keyed">Knows what was asked for before.</param>
/// <param name="time">The clock of the requests.</param>
internal sealed class PluginsModule(
    Authenticator authenticator,
    PluginAccess access,
    InstalledPlugins installed,
    DpkgStatus dpkg,
    CommandSender commands,
    KeyedRequests keyed,
    TimeProvider time)
    : ICarterModule
{
    private const string Collection = "/0.2/plugins";
    private const string Item = "/0.2/plugins/{namespace}/{name}";
    private const string Refuse = "refuse";

    private static readonly ObjectSchema UninstallQuery = new(new Field("dependants", new StringSchema(StringRule.OneOf("remove", Refuse))));

    private readonly LatestBody<IReadOnlyList<InstalledPlugin>> _list = new();

    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        app.Get(Collection, ListAsync);
        app.Post(Collection, InstallAsync);
        app.Get(Item, GetAsync);
        app.Put(Item, UpdateAsync);
        app.Delete(Item, UninstallAsync);
    }

    private async Task ListAsync(HttpRequest request, HttpResponse response)
    {
        await authenticator.RequireAsync(request, "plugind.plugins.read");
        await response.WriteJsonAsync(_list.Of(
            installed.List(), plugins => ResponseWriting.JsonList([.. plugins.Select(plugin => plugin.Manifest)], ("total", plugins.Count))));
    }

    private async Task InstallAsync(HttpRequest request, HttpResponse response)
    {
        var requester = await authenticator.RequireAsync(request, PluginAccess.Create);
        var body = await request.ReadBodyAsync();
        var key = request.KeyOf(requester, body);
        var uuid = keyed.Find(key)
            ?? await commands.SendAsync(InstallRequest.Read(request, body, RequestUuid.Create(OperationAction.Install, time.GetUtcNow())), requester, key);
        await response.WriteAcceptedAsync(uuid);
    }

    private async Task GetAsync(HttpRequest request, HttpResponse response)
    {
        var (plugin, _) = await RequirePluginAsync(request, PluginAccess.Read);
        await response.WriteJsonAsync(plugin.Manifest);
    }

    private async Task UpdateAsync(HttpRequest request, HttpResponse response)
    {
        var (pluginNamespace, name) = (Value(request, "namespace"), Value(request, "name"));
        var requester = await access.RequireTokenAsync(request, pluginNamespace, name, PluginAccess.Update);
        // Nothing has to be said.
        var body = request is { ContentLength: 0 } or { ContentLength: null, Headers.TransferEncoding.Count: 0 } ? [] : await request.ReadBodyAsync();
        var key = request.KeyOf(requester, body);
        var uuid = keyed.Find(key) ?? await commands.SendAsync(
            UpdateRequest.Read(access.RequireInstalled(pluginNamespace, name), body, RequestUuid.Create(OperationAction.Update, time.GetUtcNow())), requester, key);
        await response.WriteAcceptedAsync(uuid);
    }

    private async Task UninstallAsync(HttpRequest request, HttpResponse response)
    {
        var (pluginNamespace, name) = (Value(request, "namespace"), Value(request, "name"));
        var requester = await access.RequireTokenAsync(request, pluginNamespace, name, PluginAccess.Delete);
        // One that was removed is not there when it is asked for again.
        var key = request.KeyOf(requester, body: null);
        if (keyed.Find(key) is { } first)
        {
            await response.WriteAcceptedAsync(first);
            return;
        }

        var package = access.RequirePackage(pluginNamespace, name);
        if (request.ReadQuery(UninstallQuery).Text("dependants") == Refuse
            && dpkg.DependantsOf([package.Name]) is { Count: > 0 } dependants)
        {
            throw new ApiErrorException(ApiError.HasDependants(dependants.Select(ShownName)));
        }

        var uuid = RequestUuid.Create(OperationAction.Uninstall, time.GetUtcNow());
        var command = new UninstallPluginCommand { Uuid = uuid, Namespace = pluginNamespace, Name = name };
        await response.WriteAcceptedAsync(await commands.SendAsync(command, requester, key));
    }

    private Task<(InstalledPlugin Plugin, OperationRequester Requester)> RequirePluginAsync(HttpRequest request, string action) =>
        access.RequireAsync(request, Value(request, "namespace"), Value(request, "name"), action);

    private static string Value(HttpRequest request, string name) => (string)request.RouteValues[name]!;

    // A plugin by its own name, any other package by the package's.
    private string ShownName(DpkgPackage package) =>
        installed.List().FirstOrDefault(plugin => plugin.Package == package.Name) is { } plugin ? $"{plugin.Namespace}/{plugin.Name}" : package.Name;
}

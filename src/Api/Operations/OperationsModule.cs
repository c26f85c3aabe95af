using System.Text.Json.Nodes;
using Carter;
using WazoPlugind.Api.Authentication;
using WazoPlugind.Api.Commands;
using WazoPlugind.Api.Errors;
using WazoPlugind.Api.Http;
using WazoPlugind.Api.Plugins;
using WazoPlugind.Messages;
using WazoPlugind.Operations;
using WazoPlugind.Operations.Records;
using WazoPlugind.Platform.Validation;
using WazoPlugind.Plugins.Requests;
using RequestBody = WazoPlugind.Api.Http.RequestBody;

namespace WazoPlugind.Api.Operations;

/// <summary>What was asked for: looked up, listed, and asked for.</summary>
/// <param name="authenticator">Says who asks.</param>
/// <param name="history">The operations that have begun.</param>
/// <param name="unstored">What has been asked for, and has not begun.</param>
/// <param name="commands">Takes what is asked for.</param>
/// <param name="keyed">Knows what was asked for before.</param>
/// <param name="access">Says who may do what with a plugin.</param>
/// <param name="time">The clock of the requests.</param>
internal sealed class OperationsModule(
    Authenticator authenticator,
    OperationQueries history,
    UnstoredRequests unstored,
    CommandSender commands,
    KeyedRequests keyed,
    PluginAccess access,
    TimeProvider time)
    : ICarterModule
{
    /// <summary>The operations' address.</summary>
    public const string Collection = "/0.2/operations";

    /// <summary>The access to what is known of operations.</summary>
    public const string ReadAccess = "plugind.operations.read";

    private static readonly ObjectSchema Nothing = new();

    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        app.Get(Collection, ListAsync);
        app.Post(Collection, CreateAsync);
        app.Get(Collection + "/{uuid}", GetAsync);
    }

    private async Task ListAsync(HttpRequest request, HttpResponse response)
    {
        await authenticator.RequireAsync(request, ReadAccess);
        var query = OperationListRequest.Read(request);
        var (items, total, filtered) = history.List(query);
        if (query.Status == OperationStatus.Queued)
            (items, filtered) = unstored.List(query);
        await response.WriteJsonAsync(ResponseWriting.JsonList(
            [.. items.Select(item => (ReadOnlyMemory<byte>)ResponseWriting.Utf8(item))], ("total", total), ("filtered", filtered)));
    }

    private async Task GetAsync(HttpRequest request, HttpResponse response)
    {
        await authenticator.RequireAsync(request, ReadAccess);
        request.ReadQuery(Nothing, isClosed: true);
        await response.WriteJsonAsync((await unstored.RequireAsync(request)).Operation);
    }

    private async Task CreateAsync(HttpRequest request, HttpResponse response)
    {
        var (action, body) = await ReadActionAsync(request);
        var requester = await RequireTokenAsync(request, action, body);
        var key = request.KeyOf(requester, body);
        var uuid = keyed.Find(key) ?? await commands.SendAsync(ReadCommand(request, action, body), requester, key);
        response.StatusCode = StatusCodes.Status201Created;
        response.Headers.Location = $"{request.PathBase}{Collection}/{uuid}";
        await response.WriteAcceptedAsync(uuid);
    }

    private Task<OperationRequester> RequireTokenAsync(HttpRequest request, string action, JsonObject body)
    {
        if (action == OperationAction.Install)
            return authenticator.RequireAsync(request, PluginAccess.Create);
        if (action == OperationAction.Update && !CommandSchema.NamesPlugin(body))
            return authenticator.RequireAsync(request, PluginAccess.UpdateAll);
        var (pluginNamespace, name) = ReadPlugin(body);
        return access.RequireTokenAsync(
            request, pluginNamespace, name, action == OperationAction.Uninstall ? PluginAccess.Delete : PluginAccess.Update);
    }

    private IOperationMessage ReadCommand(HttpRequest request, string action, JsonObject body)
    {
        var uuid = RequestUuid.Create(action, time.GetUtcNow(), OperationRequest.IsPlan(body));
        var command = action switch
        {
            OperationAction.Uninstall => ReadUninstall(body, uuid),
            OperationAction.Update => ReadUpdate(body, uuid),
            _ => InstallRequest.Read(body, uuid),
        };
        RequestBody.Refuse(CommandSchema.FindUnknown(command.GetType().Name, body, "action", "dry_run"));
        if (command is InstallPluginCommand)
            RequestBody.Refuse(CommandSchema.FindUnknownOptions(body));
        request.ReadQuery(Nothing, isClosed: true);
        return OperationRequest.IsPlan(body) ? OperationRequest.PlanOf(command, action) : command;
    }

    // The access depends on the body; what is wrong with one is told only to those who might have written a good one.
    private async Task<(string Action, JsonObject Body)> ReadActionAsync(HttpRequest request)
    {
        try
        {
            var body = await request.ReadBodyAsync();
            return (OperationRequest.ActionOf(body), body);
        }
        catch (ApiErrorException)
        {
            await authenticator.RequireAsync(request, PluginAccess.Create);
            throw;
        }
    }

    private UninstallPluginCommand ReadUninstall(JsonObject body, Guid uuid)
    {
        var (pluginNamespace, name) = ReadPlugin(body);
        access.RequirePackage(pluginNamespace, name);
        return new UninstallPluginCommand { Uuid = uuid, Namespace = pluginNamespace, Name = name };
    }

    private IOperationMessage ReadUpdate(JsonObject body, Guid uuid)
    {
        if (!CommandSchema.NamesPlugin(body))
            return new UpdateAllPluginsCommand { Uuid = uuid };
        var (pluginNamespace, name) = ReadPlugin(body);
        return UpdateRequest.Read(access.RequireInstalled(pluginNamespace, name), body, uuid);
    }

    private static (string Namespace, string Name) ReadPlugin(JsonObject body)
    {
        RequestBody.Refuse(CommandSchema.CheckPlugin(body));
        return (body["namespace"]!.GetValue<string>(), body["name"]!.GetValue<string>());
    }
}

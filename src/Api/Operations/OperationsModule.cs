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
/// <param name="access">Says who may do what with a plugin.</param>
/// <param name="time">The clock of the requests.</param>
internal sealed class OperationsModule(
    Authenticator authenticator, OperationQueries history, UnstoredRequests unstored, CommandSender commands, PluginAccess access, TimeProvider time)
    : ICarterModule
{
    private const string Collection = "/0.2/operations";
    private const string ReadAccess = "plugind.operations.read";

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
        var text = (string)request.RouteValues["uuid"]!;
        var operation = Guid.TryParse(text, out var uuid)
            ? history.Find(uuid) ?? await unstored.FindAsync(uuid, request.HttpContext.RequestAborted)
            : null;
        await response.WriteJsonAsync(operation ?? throw new ApiErrorException(ApiError.OperationNotFound(text)));
    }

    private async Task CreateAsync(HttpRequest request, HttpResponse response)
    {
        var (action, body) = await ReadActionAsync(request);
        var uuid = RequestUuid.Create(action, time.GetUtcNow(), OperationRequest.IsPlan(body));
        var (command, requester) = action switch
        {
            OperationAction.Uninstall => await ReadUninstallAsync(request, body, uuid),
            OperationAction.Update => await ReadUpdateAsync(request, body, uuid),
            _ => await ReadInstallAsync(request, body, uuid),
        };
        request.ReadQuery(Nothing, isClosed: true);
        if (OperationRequest.IsPlan(body))
            command = OperationRequest.PlanOf(command, action);
        await commands.SendAsync(command, requester);
        response.StatusCode = StatusCodes.Status201Created;
        response.Headers.Location = $"{request.PathBase}{Collection}/{command.Uuid}";
        await response.WriteAcceptedAsync(command.Uuid);
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

    private async Task<(IOperationMessage Command, OperationRequester Requester)> ReadInstallAsync(HttpRequest request, JsonObject body, Guid uuid)
    {
        var requester = await authenticator.RequireAsync(request, PluginAccess.Create);
        var command = InstallRequest.Read(body, uuid);
        RequireKnown(command, body);
        RequestBody.Refuse(CommandSchema.FindUnknownOptions(body));
        return (command, requester);
    }

    private async Task<(IOperationMessage Command, OperationRequester Requester)> ReadUninstallAsync(HttpRequest request, JsonObject body, Guid uuid)
    {
        var (pluginNamespace, name) = ReadPlugin(body);
        var (_, requester) = await access.RequireRemovableAsync(request, pluginNamespace, name);
        var command = new UninstallPluginCommand { Uuid = uuid, Namespace = pluginNamespace, Name = name };
        RequireKnown(command, body);
        return (command, requester);
    }

    private async Task<(IOperationMessage Command, OperationRequester Requester)> ReadUpdateAsync(HttpRequest request, JsonObject body, Guid uuid)
    {
        if (!CommandSchema.NamesPlugin(body))
        {
            var all = new UpdateAllPluginsCommand { Uuid = uuid };
            var who = await authenticator.RequireAsync(request, PluginAccess.UpdateAll);
            RequireKnown(all, body);
            return (all, who);
        }

        var (pluginNamespace, name) = ReadPlugin(body);
        var (plugin, requester) = await access.RequireAsync(request, pluginNamespace, name, PluginAccess.Update);
        var command = UpdateRequest.Read(plugin, body, uuid);
        RequireKnown(command, body);
        return (command, requester);
    }

    private static void RequireKnown(IOperationMessage command, JsonObject body) =>
        RequestBody.Refuse(CommandSchema.FindUnknown(command.GetType().Name, body, "action", "dry_run"));

    private static (string Namespace, string Name) ReadPlugin(JsonObject body)
    {
        RequestBody.Refuse(CommandSchema.CheckPlugin(body));
        return (body["namespace"]!.GetValue<string>(), body["name"]!.GetValue<string>());
    }
}

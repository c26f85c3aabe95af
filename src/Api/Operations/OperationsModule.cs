using System.Text.Json;
using System.Text.Json.Nodes;
using Carter;
using WazoPlugind.Api.Authentication;
using WazoPlugind.Api.Commands;
using WazoPlugind.Api.Errors;
using WazoPlugind.Api.Http;
using WazoPlugind.Api.Plugins;
using WazoPlugind.Messages;
using WazoPlugind.Operations;
using WazoPlugind.Plugins.Requests;

namespace WazoPlugind.Api.Operations;

/// <summary>What was asked for: looked up, listed, and asked for.</summary>
/// <param name="authenticator">Says who asks.</param>
/// <param name="history">The operations that have begun.</param>
/// <param name="accepted">Those that wait for a worker.</param>
/// <param name="commands">Takes what is asked for.</param>
/// <param name="access">Says who may do what with a plugin.</param>
internal sealed class OperationsModule(
    Authenticator authenticator, OperationQueries history, QueuedOperations accepted, CommandSender commands, PluginAccess access) : ICarterModule
{
    private const string Collection = "/0.2/operations";
    private const string ReadAccess = "plugind.operations.read";

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
        var (items, total, filtered) = history.List(OperationListRequest.Read(request));
        await response.WriteJsonAsync(ResponseWriting.JsonList(
            [.. items.Select(item => (ReadOnlyMemory<byte>)JsonSerializer.SerializeToUtf8Bytes(item))], ("total", total), ("filtered", filtered)));
    }

    private async Task GetAsync(HttpRequest request, HttpResponse response)
    {
        await authenticator.RequireAsync(request, ReadAccess);
        var text = (string)request.RouteValues["uuid"]!;
        var operation = Guid.TryParse(text, out var uuid) ? Find(uuid) : null;
        await response.WriteJsonAsync(operation ?? throw new ApiErrorException(ApiError.OperationNotFound(text)));
    }

    private async Task CreateAsync(HttpRequest request, HttpResponse response)
    {
        var (action, body) = await ReadActionAsync(request);
        IOperationMessage command = action switch
        {
            OperationRequest.Uninstall => await ReadUninstallAsync(request, body),
            OperationRequest.Update => await ReadUpdateAsync(request, body),
            _ => InstallRequest.Read(body, await authenticator.RequireAsync(request, PluginAccess.Create)),
        };
        await commands.SendAsync(command, request.HttpContext.TraceIdentifier);
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

    private async Task<UninstallPluginCommand> ReadUninstallAsync(HttpRequest request, JsonObject body)
    {
        var (pluginNamespace, name) = ReadPlugin(body);
        return (await access.RequireRemovableAsync(request, pluginNamespace, name)).Command;
    }

    private async Task<IOperationMessage> ReadUpdateAsync(HttpRequest request, JsonObject body)
    {
        if (!OperationRequest.NamesPlugin(body))
            return new UpdateAllPluginsCommand { Uuid = Guid.NewGuid(), Requester = await authenticator.RequireAsync(request, PluginAccess.UpdateAll) };
        var (pluginNamespace, name) = ReadPlugin(body);
        var (plugin, requester) = await access.RequireAsync(request, pluginNamespace, name, PluginAccess.Update);
        return UpdateRequest.Read(plugin, body, requester);
    }

    private static (string Namespace, string Name) ReadPlugin(JsonObject body)
    {
        RequestBody.Refuse(CommandSchema.CheckPlugin(body));
        return (body["namespace"]!.GetValue<string>(), body["name"]!.GetValue<string>());
    }

    private JsonObject? Find(Guid uuid)
    {
        var stored = history.Find(uuid);
        if (stored is null)
            return accepted.Find(uuid);
        accepted.Forget(uuid);
        return stored;
    }
}

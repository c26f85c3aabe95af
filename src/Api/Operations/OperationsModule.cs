using System.Text.Json;
using System.Text.Json.Nodes;
using Carter;
using WazoPlugind.Api.Authentication;
using WazoPlugind.Api.Errors;
using WazoPlugind.Api.Plugins;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Validation;

namespace WazoPlugind.Api.Operations;

/// <summary>What was asked for: looked up, listed, and asked for.</summary>
internal sealed class OperationsModule : CarterModule
{
    private const string Collection = "/0.2/operations";
    private const string ReadAccess = "plugind.operations.read";

    private readonly Authenticator _authenticator;
    private readonly OperationHistory _history;
    private readonly AcceptedOperations _accepted;
    private readonly CommandSender _commands;
    private readonly PluginAccess _access;

    /// <summary>Maps the routes.</summary>
    public OperationsModule(
        Authenticator authenticator, OperationHistory history, AcceptedOperations accepted, CommandSender commands, PluginAccess access)
    {
        (_authenticator, _history, _accepted, _commands, _access) = (authenticator, history, accepted, commands, access);
        Get(Collection, ListAsync);
        Post(Collection, CreateAsync);
        Get(Collection + "/{uuid}", GetAsync);
    }

    private async Task ListAsync(HttpRequest request, HttpResponse response)
    {
        await _authenticator.RequireAsync(request, ReadAccess);
        var (items, total, filtered) = _history.List(OperationQuery.Read(request));
        await response.WriteJsonAsync(ResponseWriting.JsonList(
            [.. items.Select(item => (ReadOnlyMemory<byte>)JsonSerializer.SerializeToUtf8Bytes(item))], ("total", total), ("filtered", filtered)));
    }

    private async Task GetAsync(HttpRequest request, HttpResponse response)
    {
        await _authenticator.RequireAsync(request, ReadAccess);
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
            _ => InstallRequest.Read(body, await _authenticator.RequireAsync(request, PluginAccess.Create)),
        };
        await _commands.SendAsync(command, request.HttpContext.TraceIdentifier);
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
            await _authenticator.RequireAsync(request, PluginAccess.Create);
            throw;
        }
    }

    private async Task<UninstallPluginCommand> ReadUninstallAsync(HttpRequest request, JsonObject body)
    {
        var (pluginNamespace, name) = ReadPlugin(body);
        return (await _access.RequireRemovableAsync(request, pluginNamespace, name)).Command;
    }

    private async Task<IOperationMessage> ReadUpdateAsync(HttpRequest request, JsonObject body)
    {
        if (!OperationRequest.NamesPlugin(body))
            return new UpdateAllPluginsCommand { Uuid = Guid.NewGuid(), Requester = await _authenticator.RequireAsync(request, PluginAccess.UpdateAll) };
        var (pluginNamespace, name) = ReadPlugin(body);
        var (plugin, requester) = await _access.RequireAsync(request, pluginNamespace, name, PluginAccess.Update);
        return UpdateRequest.Read(plugin, body, requester);
    }

    private static (string Namespace, string Name) ReadPlugin(JsonObject body)
    {
        RequestBody.Refuse(CommandSchema.CheckPlugin(body));
        return (body["namespace"]!.GetValue<string>(), body["name"]!.GetValue<string>());
    }

    private JsonObject? Find(Guid uuid)
    {
        var stored = _history.Find(uuid);
        if (stored is null)
            return _accepted.Find(uuid);
        _accepted.Forget(uuid);
        return stored;
    }
}

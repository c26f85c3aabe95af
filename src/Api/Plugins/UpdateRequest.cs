using System.Text.Json.Nodes;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Registry;
using WazoPlugind.Plugins.Validation;

namespace WazoPlugind.Api.Plugins;

/// <summary>Makes the commands of requests for an update.</summary>
internal static class UpdateRequest
{
    /// <summary>Makes the command of a body.</summary>
    /// <param name="plugin">The installed plugin.</param>
    /// <param name="body">The body; it may say a version or a git reference.</param>
    /// <param name="requester">Who asks.</param>
    /// <exception cref="Errors.ApiErrorException">The body is invalid.</exception>
    public static UpdatePluginCommand Read(InstalledPlugin plugin, JsonObject body, OperationRequester requester)
    {
        RequestBody.Refuse(CommandSchema.CheckVersion(body));
        return new UpdatePluginCommand
        {
            Uuid = Guid.NewGuid(),
            Namespace = plugin.Namespace,
            Name = plugin.Name,
            Version = body["version"]?.GetValue<string>(),
            Ref = body["options"]?["ref"]?.GetValue<string>(),
            Requester = requester,
        };
    }
}

using System.Text.Json.Nodes;
using WazoPlugind.Api.Http;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Installed;
using WazoPlugind.Plugins.Requests;

namespace WazoPlugind.Api.Plugins;

/// <summary>Makes the commands of requests for an update.</summary>
internal static class UpdateRequest
{
    /// <summary>Makes the command of a body.</summary>
    /// <param name="plugin">The installed plugin.</param>
    /// <param name="body">The body; it may say a version, or options of its source that replace those of then.</param>
    /// <param name="uuid">The operation's uuid.</param>
    /// <exception cref="Errors.ApiErrorException">The body is invalid.</exception>
    public static UpdatePluginCommand Read(InstalledPlugin plugin, JsonObject body, Guid uuid)
    {
        RequestBody.Refuse(CommandSchema.CheckVersion(body));
        return new UpdatePluginCommand
        {
            Uuid = uuid,
            Namespace = plugin.Namespace,
            Name = plugin.Name,
            Version = body["version"]?.GetValue<string>(),
            Ref = Option("ref"),
            Url = Option("url"),
            Sha256 = Option("sha256"),
            Subdirectory = Option("subdirectory"),
        };

        string? Option(string key) => body["options"]?[key]?.GetValue<string>();
    }
}

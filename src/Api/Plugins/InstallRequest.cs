using System.Text.Json.Nodes;
using WazoPlugind.Api.Http;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Validation;
using WazoPlugind.Plugins.Requests;

namespace WazoPlugind.Api.Plugins;

/// <summary>Makes the commands of requests for an installation.</summary>
internal static class InstallRequest
{
    private static readonly ObjectSchema Query = new(new Field("reinstall", new BooleanSchema()));

    /// <summary>Makes the command of a body and a query; <c>reinstall</c> is the query's.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body">Its body.</param>
    /// <param name="uuid">The operation's uuid.</param>
    /// <exception cref="Errors.ApiErrorException">The body or the query is invalid.</exception>
    public static InstallPluginCommand Read(HttpRequest request, JsonObject body, Guid uuid)
    {
        body.Remove("reinstall");
        return Read(body, uuid) with { Reinstall = CommandSchema.ReinstallOf(request.ReadQuery(Query)) };
    }

    /// <summary>Makes the command of a body that says all.</summary>
    /// <param name="body">The body.</param>
    /// <param name="uuid">The operation's uuid.</param>
    /// <exception cref="Errors.ApiErrorException">The body is invalid.</exception>
    public static InstallPluginCommand Read(JsonObject body, Guid uuid)
    {
        RequestBody.Refuse(CommandSchema.CheckInstallation(body));
        return new InstallPluginCommand
        {
            Uuid = uuid,
            Method = body["method"]!.GetValue<string>(),
            Options = CommandSchema.OptionsOf(body),
            Reinstall = CommandSchema.ReinstallOf(body),
            Revision = body["revision"]?.GetValue<string>(),
        };
    }
}

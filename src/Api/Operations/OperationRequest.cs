using System.Text.Json.Nodes;
using WazoPlugind.Plugins.Validation;

namespace WazoPlugind.Api.Operations;

/// <summary>Validates the body of a request for an operation: its action, and the plugin where the action needs one.</summary>
internal static class OperationRequest
{
    /// <summary>Installs a plugin.</summary>
    public const string Install = "install";

    /// <summary>Uninstalls a plugin.</summary>
    public const string Uninstall = "uninstall";

    /// <summary>The actions.</summary>
    public static readonly string[] Actions = [Install, Uninstall];

    private static readonly StringSchema NonEmpty = new(StringRule.MinLength(1));

    private static readonly ObjectSchema Body = new(new Field("action", new StringSchema(StringRule.OneOf(Actions)), Required: true));

    private static readonly ObjectSchema Plugin = new(new Field("namespace", NonEmpty, Required: true), new Field("name", NonEmpty, Required: true));

    /// <summary>Refuses a body without an action that there is.</summary>
    /// <param name="body">The body.</param>
    /// <exception cref="Errors.ApiErrorException">It has none.</exception>
    public static void RequireAction(JsonObject body) => body.Require(Body);

    /// <summary>The plugin that a body names.</summary>
    /// <param name="body">The body.</param>
    /// <exception cref="Errors.ApiErrorException">It names none.</exception>
    public static (string Namespace, string Name) PluginOf(JsonObject body)
    {
        body.Require(Plugin);
        return (body["namespace"]!.GetValue<string>(), body["name"]!.GetValue<string>());
    }
}

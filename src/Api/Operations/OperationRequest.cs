using System.Text.Json.Nodes;
using WazoPlugind.Api.Http;
using WazoPlugind.Messages;
using WazoPlugind.Operations;
using WazoPlugind.Platform.Validation;

namespace WazoPlugind.Api.Operations;

/// <summary>The actions of requests for an operation.</summary>
internal static class OperationRequest
{
    private static readonly ObjectSchema Body = new(
        new Field("action", new StringSchema(StringRule.OneOf(OperationQueries.Actions)), Required: true), new Field("dry_run", new BooleanSchema()));

    /// <summary>The action that a body asks for.</summary>
    /// <param name="body">The body.</param>
    /// <exception cref="Errors.ApiErrorException">It asks for none that there is.</exception>
    public static string ActionOf(JsonObject body)
    {
        RequestBody.Refuse(Body.Check(body));
        return body["action"]!.GetValue<string>();
    }

    /// <summary>Whether a body asks for a plan only.</summary>
    /// <param name="body">The body, whose action is known.</param>
    public static bool IsPlan(JsonObject body) => body["dry_run"] is { } dryRun && BooleanSchema.Parse(dryRun) == true;

    /// <summary>The command of a plan.</summary>
    /// <param name="command">What is planned.</param>
    /// <param name="action">Its action.</param>
    public static PlanOperationCommand PlanOf(IOperationMessage command, string action)
    {
        var plan = new PlanOperationCommand { Uuid = command.Uuid, Action = action };
        return command switch
        {
            InstallPluginCommand install => plan with
            {
                Method = install.Method,
                Options = install.Options,
                Reinstall = install.Reinstall,
                Revision = install.Revision,
            },
            UninstallPluginCommand uninstall => plan with { Namespace = uninstall.Namespace, Name = uninstall.Name },
            UpdatePluginCommand update => plan with
            {
                Namespace = update.Namespace,
                Name = update.Name,
                Version = update.Version,
                Options = new() { Url = update.Url, Ref = update.Ref, Sha256 = update.Sha256, Subdirectory = update.Subdirectory },
            },
            _ => plan,
        };
    }
}

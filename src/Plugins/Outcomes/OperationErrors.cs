using System.Text.Json;
using System.Text.Json.Nodes;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Sources.Git;
using WazoPlugind.Processes;

namespace WazoPlugind.Plugins.Outcomes;

/// <summary>The errors that an operation can end in, as the recorded events have them; <c>details</c> may say more.</summary>
public static class OperationErrors
{
    /// <summary>A command that we ran (git, rules, dpkg-deb) failed.</summary>
    /// <param name="step">The step that ran it.</param>
    /// <param name="result">What became of it.</param>
    /// <param name="reason">Why, in a sentence.</param>
    public static OperationError Command(string step, CommandResult result, string reason) =>
        Create("install-error", "Installation error", WithCommand(new JsonObject { ["step"] = step, ["reason"] = reason }, result));

    /// <summary>The manifest's content is invalid.</summary>
    /// <param name="errors">The errors by field.</param>
    public static OperationError Validation(JsonObject errors) => Create("validation-error", "Validation error", errors);

    /// <summary>Anything else that failed in a step of an installation.</summary>
    /// <param name="step">The step.</param>
    /// <param name="method">The installation's method.</param>
    /// <param name="options">The installation's options; credentials are taken out here.</param>
    /// <param name="reason">Why, in a sentence.</param>
    /// <param name="result">The command that failed, if one did.</param>
    public static OperationError Step(string step, string method, InstallOptions options, string reason, CommandResult? result = null)
    {
        var details = new JsonObject { ["install_options"] = ShownOptions(method, options), ["step"] = step, ["reason"] = reason };
        return Create(StepErrorId(step), StepErrorMessage(step), WithCommand(details, result));
    }

    /// <summary>Anything else that failed in a step of an uninstallation.</summary>
    /// <param name="step">The step.</param>
    /// <param name="reason">Why, in a sentence.</param>
    /// <param name="result">The command that failed, if one did.</param>
    public static OperationError Step(string step, string reason, CommandResult? result = null) =>
        Create(
            StepErrorId(step),
            StepErrorMessage(step),
            WithCommand(new JsonObject { ["step"] = step, ["reason"] = reason }, result));

    /// <summary>Adds to an error which plugins it is due to, and why.</summary>
    /// <param name="error">The error.</param>
    /// <param name="name">What they are called in its details.</param>
    /// <param name="failed">The plugins, each with its operation and the error that this one ended in.</param>
    public static OperationError WithPlugins(
        OperationError error, string name, IEnumerable<(PluginReference Plugin, Guid Operation, OperationError Error)> failed)
    {
        var details = JsonSerializer.SerializeToNode(error.Details)!.AsObject();
        details[name] = new JsonArray([.. failed.Select(plugin => new JsonObject
        {
            ["namespace"] = plugin.Plugin.Namespace,
            ["name"] = plugin.Plugin.Name,
            ["uuid"] = plugin.Operation.ToString(),
            ["error_id"] = plugin.Error.ErrorId,
            ["reason"] = ReasonOf(plugin.Error),
        })]);
        return error with { Details = JsonSerializer.SerializeToElement(details) };
    }

    /// <summary>Why, in a sentence; the error in words where there is no sentence.</summary>
    /// <param name="error">The error.</param>
    public static string ReasonOf(OperationError error) =>
        error.Details.TryGetProperty("reason", out var reason) && reason.ValueKind == JsonValueKind.String ? reason.GetString()! : error.Message;

    /// <summary>An installation's options as its errors show them: defaults filled in, no credentials.</summary>
    /// <param name="method">The installation's method.</param>
    /// <param name="options">The options.</param>
    public static JsonObject ShownOptions(string method, InstallOptions options)
    {
        if (method != InstallMethods.Market)
        {
            return new JsonObject
            {
                ["ref"] = options.Ref ?? GitSource.DefaultRef,
                ["subdirectory"] = options.Subdirectory,
                ["url"] = options.Url is null ? null : GitUrl.Redact(options.Url),
            };
        }

        var shown = new JsonObject { ["namespace"] = options.Namespace, ["name"] = options.Name };
        if (options.Version is not null)
            shown["version"] = options.Version;
        return shown;
    }

    private static string StepErrorId(string step) => step.Replace(' ', '-') + "-error";

    private static string StepErrorMessage(string step) => char.ToUpperInvariant(step[0]) + step[1..] + " Error";

    private static JsonObject WithCommand(JsonObject details, CommandResult? result)
    {
        if (result is null)
            return details;
        details["exit_code"] = result.ExitCode;
        details["output"] = new JsonArray([.. result.LastLines().Select(line => JsonValue.Create(line))]);
        return details;
    }

    private static OperationError Create(string id, string message, JsonObject details) =>
        new(id, message, JsonSerializer.SerializeToElement(details));
}

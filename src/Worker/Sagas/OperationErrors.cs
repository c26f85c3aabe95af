using System.Text.Json;
using System.Text.Json.Nodes;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Worker.Sagas;

/// <summary>The errors that an operation can end in, as the recorded events have them; <c>details</c> may say more.</summary>
internal static class OperationErrors
{
    /// <summary>Makes the error of what went wrong in a step.</summary>
    /// <param name="failure">What happened.</param>
    /// <param name="installOptions">What was asked for, with the defaults filled in and without credentials; <c>null</c> for what is no installation.</param>
    public static OperationError Of(StepFailure failure, JsonObject? installOptions) => failure.Kind switch
    {
        // A command that we ran: git, rules, dpkg-deb.
        FailureKind.Command => Create(ErrorId.Install, "Installation error", Describe(new JsonObject(), failure)),
        FailureKind.Validation => new OperationError(ErrorId.Validation, "Validation error", failure.Fields!.Value),
        _ => Create(
            ErrorId.OfStep(failure.Step),
            char.ToUpperInvariant(failure.Step[0]) + failure.Step[1..] + " Error",
            Describe(installOptions is null ? [] : new JsonObject { ["install_options"] = installOptions }, failure)),
    };

    /// <summary>Makes the error of an operation whose parts failed: it names them, with their reasons.</summary>
    /// <param name="error">Makes the error; it is given their names and reasons.</param>
    /// <param name="name">What they are called in the error's details.</param>
    /// <param name="failed">The parts.</param>
    public static OperationError OfParts(Func<string, OperationError> error, string name, IReadOnlyList<ChildOperation> failed)
    {
        var made = error(string.Join(", ", failed.Select(child => $"{child.Plugin} ({ReasonOf(child.Error!)})")));
        var details = JsonSerializer.SerializeToNode(made.Details)!.AsObject();
        details[name] = new JsonArray([.. failed.Select(child => Describe(child.Plugin, child.Operation, child.Error!))]);
        return made with { Details = JsonSerializer.SerializeToElement(details) };
    }

    /// <summary>Makes the error of a command that cannot be carried out.</summary>
    /// <param name="details">What is wrong.</param>
    public static OperationError Refused(JsonObject details) => Create(ErrorId.InvalidData, "Invalid data", details);

    /// <summary>What services of .NET are told of an error.</summary>
    /// <param name="error">The error.</param>
    public static PluginOperationError Tell(OperationError error) =>
        new() { ErrorId = error.ErrorId, Message = error.Message, Reason = FindReason(error) };

    private static JsonObject Describe(PluginReference plugin, Guid operation, OperationError error) => new()
    {
        ["namespace"] = plugin.Namespace,
        ["name"] = plugin.Name,
        ["uuid"] = operation.ToString(),
        ["error_id"] = error.ErrorId,
        ["reason"] = ReasonOf(error),
    };

    // Why, in a sentence; the error in words where there is no sentence.
    private static string ReasonOf(OperationError error) => FindReason(error) ?? error.Message;

    private static string? FindReason(OperationError error) =>
        error.Details.TryGetProperty("reason", out var reason) && reason.ValueKind == JsonValueKind.String ? reason.GetString() : null;

    private static JsonObject Describe(JsonObject details, StepFailure failure)
    {
        details["step"] = failure.Step;
        details["reason"] = failure.Reason;
        if (failure.Output is not { } output)
            return details;
        details["exit_code"] = failure.ExitCode;
        details["output"] = new JsonArray([.. output.Select(line => JsonValue.Create(line))]);
        return details;
    }

    private static OperationError Create(string id, string message, JsonObject details) => new(id, message, JsonSerializer.SerializeToElement(details));
}

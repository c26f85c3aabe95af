using System.Text.Json;
using System.Text.Json.Nodes;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Worker.Sagas;

/// <summary>The errors that an operation can end in, as the recorded events have them, and beside that what the recorded service did not say.</summary>
internal static class OperationErrors
{
    /// <summary>Makes the error of what went wrong in a step.</summary>
    /// <param name="failure">What happened.</param>
    /// <param name="installOptions">What was asked for, with the defaults filled in and without credentials; <c>null</c> for what is no installation.</param>
    public static OperationError Of(StepFailure failure, JsonObject? installOptions) => failure.Kind switch
    {
        // A command that we ran: git, rules, dpkg-deb.
        FailureKind.Command => Create(ErrorId.Install, "Installation error", new JsonObject { ["step"] = failure.Step }, Describe(failure)),
        FailureKind.Validation => new OperationError(
            ErrorId.Validation, "Validation error", failure.Fields!.Value, JsonSerializer.SerializeToElement(Describe(failure))),
        _ => Create(
            ErrorId.OfStep(failure.Step),
            char.ToUpperInvariant(failure.Step[0]) + failure.Step[1..] + " Error",
            installOptions is null ? [] : new JsonObject { ["install_options"] = installOptions },
            Describe(failure)),
    };

    /// <summary>Makes the error of an operation whose parts failed: it names them, with their reasons.</summary>
    /// <param name="error">Makes the error; it is given their names and reasons.</param>
    /// <param name="name">What they are called in the error's failure.</param>
    /// <param name="failed">The parts.</param>
    public static OperationError OfParts(Func<string, OperationError> error, string name, IReadOnlyList<ChildOperation> failed)
    {
        var made = error(string.Join(", ", failed.Select(child => $"{child.Plugin} ({ReasonOf(child.Error!)})")));
        var failure = JsonObject.Create(made.Failure)!;
        failure[name] = new JsonArray([.. failed.Select(child => Describe(child.Plugin, child.Operation, child.Error!))]);
        return made with { Failure = JsonSerializer.SerializeToElement(failure) };
    }

    /// <summary>Makes the error of a command that cannot be carried out.</summary>
    /// <param name="reason">Why, in a sentence.</param>
    /// <param name="fields">What is wrong, by field, where a field is to blame.</param>
    public static OperationError Refused(string reason, JsonObject? fields = null) =>
        Create(ErrorId.InvalidData, "Invalid data", fields ?? [], new JsonObject { ["reason"] = reason });

    /// <summary>Makes the error of an operation that someone has cancelled.</summary>
    public static OperationError Cancelled() =>
        Create(ErrorId.OperationCancelled, "Operation cancelled", [], new JsonObject { ["reason"] = "someone has cancelled it" });

    /// <summary>What services of .NET are told of an error.</summary>
    /// <param name="error">The error.</param>
    public static PluginOperationError Tell(OperationError error) =>
        new() { ErrorId = error.ErrorId, Message = error.Message, Reason = ReasonOf(error) };

    private static JsonObject Describe(PluginReference plugin, Guid operation, OperationError error) => new()
    {
        ["namespace"] = plugin.Namespace,
        ["name"] = plugin.Name,
        ["uuid"] = operation.ToString(),
        ["error_id"] = error.ErrorId,
        ["reason"] = ReasonOf(error),
    };

    private static string ReasonOf(OperationError error) => error.Failure.GetProperty("reason").GetString()!;

    private static JsonObject Describe(StepFailure failure)
    {
        var described = new JsonObject { ["reason"] = failure.Reason };
        if (failure.Output is not { } output)
            return described;
        described["exit_code"] = failure.ExitCode;
        described["output"] = new JsonArray([.. output.Select(line => JsonValue.Create(line))]);
        return described;
    }

    private static OperationError Create(string id, string message, JsonObject details, JsonObject failure) =>
        new(id, message, JsonSerializer.SerializeToElement(details), JsonSerializer.SerializeToElement(failure));
}

using System.Text.Json;
using System.Text.Json.Nodes;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Sources;
using WazoPlugind.Processes;

namespace WazoPlugind.Plugins.Outcomes;

/// <summary>What went wrong in a step. It travels in messages: it holds no secrets, and is as long as its output.</summary>
public sealed record StepFailure
{
    /// <summary>What kind of failure it is.</summary>
    public required FailureKind Kind { get; init; }

    /// <summary>The step: one of <see cref="StepName"/>.</summary>
    public required string Step { get; init; }

    /// <summary>Why, in a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>The exit code of the command that failed, if one did.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The last lines of that command's output.</summary>
    public IReadOnlyList<string>? Output { get; init; }

    /// <summary>What is wrong with the manifest, by field; for <see cref="FailureKind.Validation"/> alone.</summary>
    public JsonElement? Fields { get; init; }

    /// <summary>The source that a catalog has chosen before, without credentials; or <c>null</c>.</summary>
    public PluginOrigin? Source { get; init; }

    /// <summary>What another try may mend; <c>null</c> where none will.</summary>
    public Transience? Transience { get; init; }

    /// <summary>A command that was run for the plugin failed.</summary>
    /// <param name="step">The step that ran it.</param>
    /// <param name="result">What became of it.</param>
    /// <param name="reason">Why, in a sentence.</param>
    public static StepFailure Command(string step, CommandResult result, string reason) =>
        Of(step, reason, result) with { Kind = FailureKind.Command };

    /// <summary>The manifest's content is invalid.</summary>
    /// <param name="fields">What is wrong, by field.</param>
    public static StepFailure Validation(JsonObject fields) => new()
    {
        Kind = FailureKind.Validation,
        Step = StepName.Validating,
        Reason = $"the manifest is invalid: {string.Join(", ", fields.Select(field => field.Key))}",
        Fields = JsonElement.Parse(fields.ToJsonString()),
    };

    /// <summary>The operation was cancelled before the package manager had it.</summary>
    /// <param name="step">The step.</param>
    public static StepFailure Cancelled(string step) => Of(step, "the operation is cancelled") with { Kind = FailureKind.Cancelled };

    /// <summary>Anything else failed.</summary>
    /// <param name="step">The step.</param>
    /// <param name="reason">Why, in a sentence.</param>
    /// <param name="result">The command that failed, if one did.</param>
    public static StepFailure Of(string step, string reason, CommandResult? result = null) => new()
    {
        Kind = FailureKind.Step,
        Step = step,
        Reason = reason,
        ExitCode = result?.ExitCode,
        Output = result?.LastLines(),
    };
}

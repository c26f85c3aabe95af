using WazoPlugind.Messages;

namespace WazoPlugind.Worker.Commands;

/// <summary>A command from the bus that cannot be carried out; it ends in the error queue, with its reason.</summary>
public sealed record RejectedCommand
{
    /// <summary>The operation, when the command names one: whoever waits for it is told its end.</summary>
    public Guid? Uuid { get; init; }

    /// <summary>The <see cref="Action"/> of what would only have been planned: nobody else is told of its end.</summary>
    public const string Plan = "plan";

    /// <summary>What it asked for: one of <see cref="OperationAction"/>, or <see cref="Plan"/>.</summary>
    public string Action { get; init; } = OperationAction.Install;

    /// <summary>Why, in a sentence.</summary>
    public required string Reason { get; init; }

    /// <summary>What is wrong by field, as JSON; empty where the fields are not to blame.</summary>
    public string Errors { get; init; } = "";
}

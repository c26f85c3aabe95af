using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;

namespace WazoPlugind.Worker.Sagas;

/// <summary>What a transition makes happen once it is stored.</summary>
internal abstract record OperationEffect
{
    private OperationEffect()
    {
    }

    /// <summary>An event for the platform.</summary>
    /// <param name="Status">A step, <c>completed</c> or <c>error</c>.</param>
    /// <param name="StartedAt">When the step began, or the operation ended.</param>
    /// <param name="Error">Why, for <c>error</c>.</param>
    public sealed record Announcement(string Status, DateTimeOffset StartedAt, OperationError? Error = null) : OperationEffect;

    /// <summary>Commands of a step have written something.</summary>
    /// <param name="Step">The step.</param>
    /// <param name="Output">What; some of it may be known.</param>
    public sealed record Printed(string Step, StepOutput Output) : OperationEffect;

    /// <summary>The end of the operation, for services of .NET.</summary>
    /// <param name="Body">What is told.</param>
    public sealed record End(PluginOperationEnded Body) : OperationEffect;

    /// <summary>A message to the queue of its kind.</summary>
    /// <param name="Body">The message, without credentials.</param>
    public sealed record Message(object Body) : OperationEffect;

    /// <summary>The removal of the work directories on this machine.</summary>
    /// <param name="IsShared">Whether someone may be at work in them, who then removes them.</param>
    public sealed record WorkspaceRemoval(bool IsShared = false) : OperationEffect;
}

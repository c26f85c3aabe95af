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
    /// <param name="Error">Why, for <c>error</c>.</param>
    public sealed record Announcement(string Status, OperationError? Error = null) : OperationEffect;

    /// <summary>The end of the operation, for services of .NET.</summary>
    /// <param name="Body">What is told.</param>
    public sealed record End(PluginOperationEnded Body) : OperationEffect;

    /// <summary>A message to the queue of its kind.</summary>
    /// <param name="Body">The message, without credentials.</param>
    public sealed record Message(object Body) : OperationEffect;

    /// <summary>The removal of the work directories on this machine.</summary>
    public sealed record WorkspaceRemoval : OperationEffect;
}

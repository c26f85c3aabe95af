using System.Text.Json.Serialization;
using MassTransit;
using WazoPlugind.Messages;

namespace WazoPlugind.Worker.Sagas;

/// <summary>What is remembered of an operation, of any kind.</summary>
internal abstract class OperationState : SagaStateMachineInstance
{
    /// <summary>The operation's uuid.</summary>
    public Guid CorrelationId { get; set; }

    /// <summary>The state that its saga is in.</summary>
    public string CurrentState { get; set; } = "";

    /// <summary>Counts the changes; a change over another one is refused. 0 before the first.</summary>
    [JsonIgnore]
    public int Version { get; set; }

    /// <summary>When the command was accepted.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When it ended, or <c>null</c>.</summary>
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>Why it failed, or <c>null</c>.</summary>
    public OperationError? Error { get; set; }

    /// <summary>Who asked for it over HTTP, or <c>null</c>.</summary>
    public OperationRequester? Requester { get; set; }

    /// <summary>Whether its requester had many under way when it began: its steps have queues of their own, <see cref="Queues.OfBatch"/>.</summary>
    public bool IsOfBatch { get; set; }

    /// <summary>The operation that it is part of, or <c>null</c>.</summary>
    public OperationParent? Parent { get; set; }

    /// <summary>The parts of it that are operations of their own.</summary>
    public IReadOnlyList<ChildOperation> Children { get; set; } = [];

    /// <summary>The operation on the same plugin that it waits for, or <c>null</c>.</summary>
    public Guid? WaitsFor { get; set; }

    /// <summary>Steps that are not stored yet.</summary>
    [JsonIgnore]
    public List<StepReport> NewSteps { get; } = [];

    /// <summary>The action, as the history names it.</summary>
    [JsonIgnore]
    public abstract string Action { get; }

    /// <summary>The plugin's namespace, once it is known.</summary>
    [JsonIgnore]
    public abstract string? PluginNamespace { get; }

    /// <summary>The plugin's name, once it is known.</summary>
    [JsonIgnore]
    public abstract string? PluginName { get; }

    /// <summary>The parts that failed.</summary>
    [JsonIgnore]
    public IEnumerable<ChildOperation> FailedChildren => Children.Where(child => child.Error is not null);

    /// <summary>Takes the end of a part.</summary>
    /// <param name="ended">What became of it.</param>
    public void Record(ChildEnded ended) => Children = [.. Children.Select(child => child.Operation == ended.Child
        ? child with { HasEnded = true, Error = ended.Error }
        : child)];
}

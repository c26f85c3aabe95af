namespace WazoPlugind.Messages;

/// <summary>
/// An operation has ended. Published once for each, also for one that another operation needed; it may come twice, with the same AMQP
/// <c>message_id</c>. What may be added later: a subscriber bears values of <see cref="Action"/> and <see cref="Status"/> that it does not know.
/// </summary>
public sealed record PluginOperationEnded
{
    /// <summary>The durable fanout exchange that it is published to, as MassTransit and NServiceBus (conventional topology) name it.</summary>
    public const string Exchange = "WazoPlugind.Messages:PluginOperationEnded";

    /// <summary>Its routing key on <c>amq.topic</c>, as NServiceBus has it with the direct topology.</summary>
    public const string Topic = "WazoPlugind-Messages-PluginOperationEnded";

    /// <summary>The operation.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>What was asked for: one of <see cref="OperationAction"/>.</summary>
    public required string Action { get; init; }

    /// <summary>What became of it: <see cref="OperationStatus.Completed"/>, <see cref="OperationStatus.Error"/> or <see cref="OperationStatus.Cancelled"/>.</summary>
    public required string Status { get; init; }

    /// <summary>The plugin's namespace; <c>null</c> where it never got known, and for an update of all plugins.</summary>
    public string? Namespace { get; init; }

    /// <summary>The plugin's name; <c>null</c> as <see cref="Namespace"/>.</summary>
    public string? Name { get; init; }

    /// <summary>The version that was installed; <c>null</c> for a removal, and where it never got known.</summary>
    public string? Version { get; init; }

    /// <summary>Why it failed, or that it was cancelled; <c>null</c> if it ended well.</summary>
    public PluginOperationError? Error { get; init; }
}

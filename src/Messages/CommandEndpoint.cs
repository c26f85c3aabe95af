namespace WazoPlugind.Messages;

/// <summary>Where commands are sent.</summary>
public static class CommandEndpoint
{
    /// <summary>
    /// The name of the queue that takes commands from anyone, and of the fanout exchange that feeds it. An NServiceBus endpoint routes its
    /// commands to this name.
    /// </summary>
    public const string Name = "plugind-commands";

    /// <summary>The header of a command in plain JSON that names its type, for example <c>InstallPluginCommand</c>.</summary>
    public const string TypeHeader = "message_type";

    /// <summary>The most bytes that the body of a command may have.</summary>
    public const int MaxSize = 256 * 1024;

    /// <summary>
    /// The address for MassTransit. Not one of a queue: MassTransit would declare that again, and the broker refuses it with other
    /// arguments.
    /// </summary>
    public static Uri Address { get; } = new("exchange:" + Name);

    /// <summary>Makes the uuid of an operation. A command that is sent again with the same uuid is the same operation.</summary>
    public static Guid NewUuid() => Guid.NewGuid();
}

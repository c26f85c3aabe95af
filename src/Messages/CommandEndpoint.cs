namespace WazoPlugind.Messages;

/// <summary>Where commands are sent.</summary>
public static class CommandEndpoint
{
    /// <summary>The name of the queue that takes commands from anyone, and of the exchange that feeds it.</summary>
    public const string Name = "plugind-commands";
}

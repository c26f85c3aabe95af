namespace WazoPlugind.Messages;

/// <summary>The names of the queues, and of the exchanges of the same names that feed them.</summary>
public static class Queues
{
    /// <summary>
    /// Takes <see cref="InstallPluginCommand"/>, <see cref="UninstallPluginCommand"/>, <see cref="UpdatePluginCommand"/> and
    /// <see cref="UpdateAllPluginsCommand"/>, from anyone.
    /// </summary>
    public const string Commands = "plugind-commands";

    /// <summary>Takes what the steps report; the sagas read it.</summary>
    public const string Operations = "plugind-operations";

    /// <summary>Takes <see cref="FetchPlugin"/>, <see cref="BuildPlugin"/> and <see cref="FindUpdates"/>; competing consumers, any number of processes.</summary>
    public const string Build = "plugind-build";

    /// <summary>Takes <see cref="InstallPackage"/> and <see cref="RemovePackage"/>; one consumer per machine.</summary>
    public const string Install = "plugind-install";
}

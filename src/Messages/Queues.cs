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

    /// <summary>
    /// Takes <see cref="FetchPlugin"/> and <see cref="FindUpdates"/>; competing consumers, any number of processes. Apart from
    /// <see cref="Build"/>: a long build holds no fetch up, nor do many fetches the build of what was fetched first.
    /// </summary>
    public const string Fetch = "plugind-fetch";

    /// <summary>Takes <see cref="BuildPlugin"/>; competing consumers, any number of processes.</summary>
    public const string Build = "plugind-build";

    /// <summary>Takes <see cref="InstallPackage"/> and <see cref="RemovePackage"/>; one consumer per machine.</summary>
    public const string Install = "plugind-install";

    /// <summary>All of them but those of <see cref="OfBatch"/>, which have the consumers of the queues beside them.</summary>
    public static readonly IReadOnlyList<string> All = [Commands, Operations, Fetch, Build, Install];

    /// <summary>
    /// The queue beside another, for the steps of someone who asks for much at once: what others ask for does not wait behind them.
    /// </summary>
    /// <param name="queue"><see cref="Fetch"/>, <see cref="Build"/> or <see cref="Install"/>.</param>
    public static string OfBatch(string queue) => queue + "-batch";
}

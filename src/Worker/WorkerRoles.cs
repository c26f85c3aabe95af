namespace WazoPlugind.Worker;

/// <summary>What a worker process does.</summary>
public static class WorkerRoles
{
    /// <summary>Runs the sagas and keeps the operations; one process per phone system.</summary>
    public const string Orchestrate = "orchestrate";

    /// <summary>Fetches and builds plugins; any number of processes.</summary>
    public const string Build = "build";

    /// <summary>Installs and removes packages, as root; one process per machine.</summary>
    public const string Install = "install";

    /// <summary>All roles.</summary>
    public static IReadOnlyList<string> All { get; } = [Orchestrate, Build, Install];
}

namespace WazoPlugind.Plugins.Configuration;

/// <summary>The worker (key <c>worker</c>).</summary>
public sealed record WorkerConfiguration
{
    /// <summary>Seconds that one command of a step may take. Below the broker's consumer timeout, which is 30 minutes in RabbitMQ 3.10.</summary>
    public int StepTimeout { get; init; } = 1200;

    /// <summary>How many plugins one process builds at a time; 0 for the number of processors.</summary>
    public int BuildConcurrency { get; init; }

    /// <summary>The value of <see cref="PackageTransfer"/> for builders that share the work directories with the installer.</summary>
    public const string ByDirectory = "directory";

    /// <summary>The value of <see cref="PackageTransfer"/> for builders that share nothing with the installer.</summary>
    public const string ByMessage = "message";

    /// <summary>How a package gets from its builder to the installer: <see cref="ByDirectory"/> or <see cref="ByMessage"/>.</summary>
    public string PackageTransfer { get; init; } = ByDirectory;

    /// <summary>Seconds after which a failed <c>install</c> step is tried once more: as long as systemd counts the starts of a unit.</summary>
    public int InstallRetryDelay { get; init; } = 10;

    /// <summary>Seconds that a worker has to stop; what runs then is ended, but never the package manager.</summary>
    public int StopTimeout { get; init; } = 30;
}

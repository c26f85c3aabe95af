using WazoPlugind.Platform.Configuration.Rules;

namespace WazoPlugind.Platform.Configuration;

/// <summary>The worker (key <c>worker</c>).</summary>
public sealed record WorkerConfiguration
{
    /// <summary>The longest <see cref="StepTimeout"/>: RabbitMQ takes a message back after 30 minutes, some of which it waits for its turn.</summary>
    public const int LongestStep = 1500;

    /// <summary>Seconds that a step may take, with all commands that it runs.</summary>
    [Seconds(maximum: LongestStep)]
    public int StepTimeout { get; init; } = 1200;

    /// <summary>How many plugins one process builds at a time; 0 for the number of processors.</summary>
    [Between(0, 1000)]
    public int BuildConcurrency { get; init; }

    /// <summary>The value of <see cref="PackageTransfer"/> for builders that share the work directories with the installer.</summary>
    public const string ByDirectory = "directory";

    /// <summary>The value of <see cref="PackageTransfer"/> for builders that share nothing with the installer.</summary>
    public const string ByMessage = "message";

    /// <summary>How a package gets from its builder to the installer: <see cref="ByDirectory"/> or <see cref="ByMessage"/>.</summary>
    [OneOf(ByDirectory, ByMessage)]
    public string PackageTransfer { get; init; } = ByDirectory;

    /// <summary>Seconds after which a failed <c>install</c> step is tried once more: as long as systemd counts the starts of a unit.</summary>
    [Seconds(0, 120)]
    public int InstallRetryDelay { get; init; } = 10;

    /// <summary>How many times a step that has ended its worker twice is tried with nothing else under way, before its operation ends in an error.</summary>
    [Between(1, 100)]
    public int KillLimit { get; init; } = 5;

    /// <summary>Seconds that a worker has to stop; what runs then is ended, but never the package manager.</summary>
    [Seconds]
    public int StopTimeout { get; init; } = 30;
}

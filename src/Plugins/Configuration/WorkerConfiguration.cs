namespace WazoPlugind.Plugins.Configuration;

/// <summary>The worker (key <c>worker</c>).</summary>
public sealed record WorkerConfiguration
{
    /// <summary>Seconds that one command of a step may take. Below the broker's consumer timeout, which is 30 minutes in RabbitMQ 3.10.</summary>
    public int StepTimeout { get; init; } = 1200;

    /// <summary>How many plugins one process builds at a time; 0 for the number of processors.</summary>
    public int BuildConcurrency { get; init; }
}

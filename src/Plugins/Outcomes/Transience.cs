namespace WazoPlugind.Plugins.Outcomes;

/// <summary>What another try may mend: the network, a lock held by another package manager.</summary>
public sealed record Transience
{
    /// <summary>Whether the other side did not answer in time: to ask it again and again would take long.</summary>
    public bool TimedOut { get; init; }

    /// <summary>Whether it was not tried: another one waits for the same host, which does not answer.</summary>
    public bool IsUntried { get; init; }

    /// <summary>How long the other side asks to wait, if it does.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

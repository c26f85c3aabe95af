using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Worker.Steps;

/// <summary>
/// What is done with a step some of whose runs ended with their process. One such run is nobody's fault; after two the step waits, each
/// time longer, and runs alone: what ends workers from outside is over by then, and what does so itself takes nothing with it.
/// </summary>
/// <param name="Count">How many such runs are known.</param>
/// <param name="Times">When those of this machine began.</param>
internal sealed record StepKills(int Count, IReadOnlyList<DateTimeOffset> Times)
{
    // How many runs may end so before the step is tried alone.
    private const int Suspicious = 2;

    private static readonly TimeSpan ShortestDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(5);

    /// <summary>Those of some attempts that ended with their process.</summary>
    /// <param name="attempts">The attempts.</param>
    public static StepKills Of(IEnumerable<StepAttempt> attempts)
    {
        IReadOnlyList<DateTimeOffset> times = [.. attempts.Where(attempt => !attempt.HasEnded).Select(attempt => attempt.BeganAt)];
        return new StepKills(times.Count, times);
    }

    /// <summary>Whether it runs alone, if at all.</summary>
    public bool AreSuspicious => Count >= Suspicious;

    /// <summary>Whether the step runs only after a while, and alone.</summary>
    /// <param name="stepTry">What its message is told.</param>
    public bool MustWait(StepTry stepTry) => AreSuspicious && (!stepTry.Alone || Count > stepTry.Kills);

    /// <summary>After which time it runs.</summary>
    public TimeSpan Delay =>
        TimeSpan.FromSeconds(Math.Min(ShortestDelay.TotalSeconds * Math.Pow(2, Count - Suspicious), LongestDelay.TotalSeconds));

    /// <summary>Whether it runs no more.</summary>
    /// <param name="limit">How often it may end its worker alone (<see cref="WorkerConfiguration.KillLimit"/>).</param>
    public bool AreTooMany(int limit) => Count >= Suspicious + limit;

    /// <summary>What was seen, for the reason of an error.</summary>
    public string Describe() =>
        $"its worker ended {Count} times while it worked on this, the last {Count - Suspicious} times with nothing else under way"
        + (Times.Count > 0 ? $": {string.Join(", ", Times.Select(time => $"{time.UtcDateTime:HH:mm:ss}"))} UTC" : "");
}

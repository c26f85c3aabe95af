using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Worker.Steps.Build;

/// <summary>
/// How often a builder tries what the network may mend: for about a minute, with growing pauses; what timed out once more, and when
/// the other side says so, as late as it says.
/// </summary>
internal static class BuildRetry
{
    private const int Limit = 5;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    // Who asks for more is left alone.
    private static readonly TimeSpan LongestWish = TimeSpan.FromMinutes(10);

    // Between looks whether a host that does not answer is still waited for.
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(2);

    /// <summary>The policy; a <see cref="StepRetry"/>.</summary>
    /// <param name="transience">What another try may mend.</param>
    /// <param name="tries">How many failed before.</param>
    public static TimeSpan? PauseAfter(Transience transience, int tries)
    {
        if (transience.IsUntried)
            return Turn;
        if (tries >= (transience.TimedOut ? 1 : Limit) || transience.RetryAfter > LongestWish)
            return null;
        var pause = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, tries + 1) - 1, LongestPause.TotalSeconds));
        return transience.RetryAfter > pause ? transience.RetryAfter : pause;
    }
}

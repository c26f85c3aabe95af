using MassTransit;
using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Worker.Steps.Build;

/// <summary>
/// How often a builder tries what the network may mend: for about a minute, with growing pauses; what timed out once more, and when
/// the other side says so, as late as it says.
/// </summary>
internal static class BuildRetry
{
    /// <summary>How many times, after the first.</summary>
    public const int Limit = 5;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    // Who asks for more is left alone.
    private static readonly TimeSpan LongestWish = TimeSpan.FromMinutes(10);

    // Between looks whether a host that does not answer is still waited for.
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(2);

    /// <summary>Adds the policy to a queue, for what is tried again in place.</summary>
    /// <param name="queue">The queue.</param>
    public static void UseBuildRetry(this IReceiveEndpointConfigurator queue) => queue.UseMessageRetry(retry =>
    {
        retry.Handle<TransientStepException>();
        retry.Exponential(Limit, TimeSpan.FromSeconds(1), LongestPause, TimeSpan.FromSeconds(2));
    });

    /// <summary>Whether to try again.</summary>
    /// <param name="failure">What failed.</param>
    /// <param name="tries">How often it was tried before.</param>
    /// <returns>After which pause, or <c>null</c> for no more.</returns>
    public static TimeSpan? PauseAfter(TransientStepException failure, int tries)
    {
        if (failure.IsUntried)
            return Turn;
        if (tries >= (failure.TimedOut ? 1 : Limit) || failure.RetryAfter > LongestWish)
            return null;
        var pause = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, tries + 1) - 1, LongestPause.TotalSeconds));
        return failure.RetryAfter > pause ? failure.RetryAfter : pause;
    }
}

namespace WazoPlugind.Platform.Configuration.Rules;

/// <summary>Seconds that a timer waits, which is at most 24 days.</summary>
/// <param name="minimum">The least.</param>
/// <param name="maximum">The most.</param>
internal sealed class SecondsAttribute(int minimum = 1, int maximum = SecondsAttribute.LongestTimer)
    : BetweenAttribute(minimum, maximum, "seconds")
{
    private const int LongestTimer = 24 * 24 * 60 * 60;
}

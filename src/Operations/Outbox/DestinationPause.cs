namespace WazoPlugind.Operations.Outbox;

/// <summary>How long nothing is sent to a destination that did not take something.</summary>
/// <param name="Until">The end of the pause.</param>
/// <param name="Length">How long it is.</param>
internal sealed record DestinationPause(DateTimeOffset Until, TimeSpan Length)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>The pause after the first failure.</summary>
    /// <param name="now">When it is.</param>
    public static DestinationPause First(DateTimeOffset now) => new(now + Shortest, Shortest);

    /// <summary>The pause after another failure; those that were under way at the same time count once.</summary>
    /// <param name="now">When it is.</param>
    public DestinationPause Longer(DateTimeOffset now)
    {
        if (now < Until)
            return this;
        var length = Length * 2 < Longest ? Length * 2 : Longest;
        return new DestinationPause(now + length, length);
    }
}

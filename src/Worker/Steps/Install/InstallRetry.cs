using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Worker.Steps.Install;

/// <summary>How long the installer waits for another package manager: about ten minutes, as long as an unattended upgrade may take.</summary>
internal static class InstallRetry
{
    private const int Limit = 24;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(0.25);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>The policy; a <see cref="StepRetry"/>.</summary>
    /// <param name="transience">What another try may mend.</param>
    /// <param name="tries">How many failed before.</param>
    public static TimeSpan? PauseAfter(Transience transience, int tries) =>
        tries >= (transience.TimedOut ? 1 : Limit)
            ? null
            : TimeSpan.FromSeconds(Math.Min(ShortestPause.TotalSeconds * Math.Pow(2, tries), LongestPause.TotalSeconds));
}

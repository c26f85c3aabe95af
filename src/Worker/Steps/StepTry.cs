namespace WazoPlugind.Worker.Steps;

/// <summary>What a try of a step is told of those before it; travels in the headers of the message that asks for it.</summary>
/// <param name="Tries">How many failed in a way that another one may mend.</param>
/// <param name="Kills">How many ended with their process.</param>
/// <param name="Alone">Whether nothing else may be under way on the worker.</param>
public sealed record StepTry(int Tries, int Kills, bool Alone)
{
    /// <summary>The header of <see cref="Tries"/>.</summary>
    public const string TriesHeader = "plugind-tries";

    /// <summary>The header of <see cref="Kills"/>.</summary>
    public const string KillsHeader = "plugind-kills";

    /// <summary>The header of <see cref="Alone"/>.</summary>
    public const string AloneHeader = "plugind-alone";

    /// <summary>Of a message that is sent for the first time.</summary>
    public static StepTry First { get; } = new(0, 0, Alone: false);
}

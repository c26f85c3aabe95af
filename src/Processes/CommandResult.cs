namespace WazoPlugind.Processes;

/// <summary>What became of a command.</summary>
/// <param name="ExitCode">Its exit code; 128 and the signal's number when a signal ended it.</param>
/// <param name="Output">The end of what it wrote to both streams, in the order in which it did.</param>
/// <param name="TimedOut">Whether its time limit ended it.</param>
/// <param name="Problem">Why it was ended, or not begun, for another reason; or <c>null</c>.</param>
public sealed record CommandResult(int ExitCode, string Output, bool TimedOut, string? Problem = null)
{
    /// <summary>Whether it exited with 0.</summary>
    public bool Succeeded => ExitCode == 0 && !TimedOut && Problem is null;

    /// <summary>The last lines of the output.</summary>
    /// <param name="count">How many at most.</param>
    public IReadOnlyList<string> LastLines(int count = 20) =>
        [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(count)];
}

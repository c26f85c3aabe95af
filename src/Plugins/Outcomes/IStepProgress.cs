using WazoPlugind.Messages;

namespace WazoPlugind.Plugins.Outcomes;

/// <summary>The work on a step as those who do it see it: they tell what they do, and are told when to stop.</summary>
public interface IStepProgress
{
    /// <summary>
    /// Stops what waits: the worker stops, or no time is left. A command that uses the time up fails first, with its output: this comes
    /// a moment after <see cref="Remaining"/> is zero.
    /// </summary>
    CancellationToken Cancellation { get; }

    /// <summary>What is left of the step's time, never less than zero: all commands of a step share it.</summary>
    TimeSpan Remaining { get; }

    /// <summary>Ends the step before and begins another. Who waits for it is told, in order, while the work goes on.</summary>
    /// <param name="step">One of <see cref="StepName"/>.</param>
    /// <exception cref="OperationCanceledException"><see cref="Cancellation"/>.</exception>
    void Begin(string step);

    /// <summary>Asks whether the package manager may begin: from then on the operation cannot be cancelled.</summary>
    /// <returns>Whether it may; else the operation was cancelled before.</returns>
    bool TryClaim();

    /// <summary>A command of the step under way has written a line.</summary>
    /// <param name="line">The line, without secrets.</param>
    void Print(string line);
}

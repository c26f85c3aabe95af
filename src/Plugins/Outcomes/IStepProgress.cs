using WazoPlugind.Messages;

namespace WazoPlugind.Plugins.Outcomes;

/// <summary>Tells the world which step is under way.</summary>
public interface IStepProgress
{
    /// <summary>Ends the step before and begins another. Its event is confirmed when this returns, so that events stay in order.</summary>
    /// <param name="step">One of <see cref="StepName"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task BeginAsync(string step, CancellationToken cancellationToken);

    /// <summary>Adds a command's output to the step under way.</summary>
    /// <param name="output">The output, bounded.</param>
    void AddOutput(string output);
}

using System.Text;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Worker.Events;

namespace WazoPlugind.Worker.Steps;

/// <summary>The progress of one delivered message: publishes its steps and reports them. A step that is tried again is announced once.</summary>
/// <param name="kind">What the operation does.</param>
/// <param name="operation">The operation.</param>
/// <param name="outputLimit">How many characters of a step's output are kept.</param>
/// <param name="events">Publishes.</param>
/// <param name="time">The clock of the reports.</param>
internal sealed class StepProgress(OperationKind kind, Guid operation, int outputLimit, OperationEvents events, TimeProvider time) : IStepProgress
{
    private readonly List<StepReport> _finished = [];
    private readonly HashSet<string> _announced = [];
    private readonly StringBuilder _output = new();
    private DateTimeOffset _startedAt;

    /// <summary>Ends what may be given back to the queue: the worker stops.</summary>
    public CancellationToken Stopping { get; init; }

    /// <summary>The step under way, or <c>null</c> before the first.</summary>
    public string? Current { get; private set; }

    /// <inheritdoc/>
    public async Task BeginAsync(string step, CancellationToken cancellationToken)
    {
        Finish();
        Current = step;
        if (_announced.Add(step))
            await events.PublishAsync(kind, operation, step, cancellationToken: cancellationToken);
        _startedAt = time.GetUtcNow();
    }

    /// <inheritdoc/>
    public void AddOutput(string output)
    {
        _output.Append(output);
        if (_output.Length > outputLimit)
            _output.Remove(0, _output.Length - outputLimit);
    }

    /// <summary>An earlier delivery has announced a step.</summary>
    /// <param name="step">The step.</param>
    public void SkipAnnouncement(string step) => _announced.Add(step);

    /// <summary>Ends the step under way.</summary>
    /// <returns>All steps, each once: the last try of it.</returns>
    public IReadOnlyList<StepReport> Finish()
    {
        if (Current is { } step)
        {
            _finished.RemoveAll(report => report.Name == step);
            _finished.Add(new StepReport(step, _startedAt, time.GetUtcNow(), _output.ToString()));
            _output.Clear();
            Current = null;
        }

        return _finished;
    }
}

using System.Text;
using WazoPlugind.Operations.Records;
using WazoPlugind.Plugins.Building;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Processes;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Steps;

/// <summary>One run of a step, for the step: where it works, how much time it has, and whom it tells what it is at.</summary>
internal sealed class StepRun : IStepProgress, IDisposable
{
    // What runs when the time is up ends by itself, and its output tells more than that it was late.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    private readonly StepDelivery _delivery;
    private readonly StepReporting _reporting;
    private readonly StepPast _before;
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _beganAt;
    private readonly DateTimeOffset _end;
    private readonly CancellationTokenSource _late;
    private readonly CancellationTokenSource _cancellation;
    private readonly List<StepRecord> _finished = [];
    private readonly StringBuilder _output = new();
    private DateTimeOffset _startedAt;
    private Task _telling = Task.CompletedTask;

    /// <summary>Begins a run, and with it the step's time.</summary>
    /// <param name="delivery">The message that asks for it.</param>
    /// <param name="workspace">Where to work.</param>
    /// <param name="before">What is known of the runs before.</param>
    /// <param name="limit">How long the step may take.</param>
    /// <param name="reporting">Whom it tells what it is at.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stopping">The worker stops.</param>
    public StepRun(
        StepDelivery delivery,
        Workspace workspace,
        StepPast before,
        TimeSpan limit,
        StepReporting reporting,
        TimeProvider time,
        CancellationToken stopping)
    {
        (_delivery, _reporting, _time, Workspace, _before) = (delivery, reporting, time, workspace, before);
        _beganAt = time.GetUtcNow();
        _end = _beganAt + limit;
        _late = new CancellationTokenSource(limit + Grace, time);
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(_late.Token, stopping);
    }

    /// <summary>The operation.</summary>
    public Guid Operation => _delivery.Operation;

    /// <summary>The operation's work directories.</summary>
    public Workspace Workspace { get; }

    /// <summary>Whether a run before may have ended in the middle: its process did, or the broker has given the message out before.</summary>
    public bool WasInterrupted => _before.WasInterrupted;

    /// <summary>Whether there was a run before, however it ended; for this message or another one.</summary>
    public bool WasTried => _before.WasTried;

    /// <summary>Since when the step waits for its turn.</summary>
    public DateTimeOffset WaitingSince => _delivery.SentAt;

    /// <summary>The time of the step is up, or the worker stops.</summary>
    public CancellationToken Cancellation => _cancellation.Token;

    /// <inheritdoc/>
    public TimeSpan Remaining => _end - _time.GetUtcNow() is { Ticks: > 0 } rest ? rest : TimeSpan.Zero;

    /// <summary>Whether the step's time is up.</summary>
    public bool IsLate => _late.IsCancellationRequested;

    /// <summary>The step under way, or <c>null</c> before the first.</summary>
    public string? Current { get; private set; }

    /// <inheritdoc/>
    public void Begin(string step)
    {
        Finish();
        Cancellation.ThrowIfCancellationRequested();
        (Current, _startedAt) = (step, _time.GetUtcNow());
        _telling = TellAsync(_telling, Began(step));
    }

    /// <inheritdoc/>
    public void AddOutput(string output)
    {
        _output.Append(output);
        if (_output.Length > _reporting.OutputLimit)
            _output.Remove(0, _output.Length - _reporting.OutputLimit);
    }

    /// <summary>Ends the step under way.</summary>
    /// <returns>All steps, each once: the last try of it.</returns>
    public IReadOnlyList<StepRecord> Finish()
    {
        if (Current is { } step)
        {
            _finished.RemoveAll(record => record.Name == step);
            _finished.Add(new StepRecord(step, _startedAt, _time.GetUtcNow(), _output.ToString()));
            _output.Clear();
            Current = null;
        }

        return [.. _finished];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cancellation.Cancel();
        _cancellation.Dispose();
        _late.Dispose();
    }

    // Nobody waits for it: the report of the end says all of it again, and waits for the broker itself.
    private async Task TellAsync(Task before, StepBegan began)
    {
        await before;
        await _reporting.Reports.SendAsync(began, Cancellation);
        FaultPoint.Reach(FaultPoint.StepBeganReported);
    }

    private StepBegan Began(string step) => new()
    {
        Uuid = _delivery.Operation,
        Command = _delivery.Message,
        Steps = [.. _finished.Where(record => record.Name != step), new StepRecord(step, _startedAt, null, "")],
        BeganAt = _beganAt,
        Kills = _delivery.Try.Kills,
        Worker = _reporting.Worker,
        Places = _reporting.Places,
    };
}

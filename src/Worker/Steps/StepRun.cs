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

    // For a reader it comes at once, and a step that is shorter tells it all with its end.
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(250);

    private readonly StepDelivery _delivery;
    private readonly StepReporting _reporting;
    private readonly StepPast _before;
    private readonly TimeProvider _time;
    private readonly DateTimeOffset _beganAt;
    private readonly DateTimeOffset _end;
    private readonly CancellationTokenSource _late;
    private readonly CancellationTokenSource _cancellation;
    private readonly CancellationToken _ended;
    private readonly Guid _run = Guid.NewGuid();

    // The commands of a step write while it goes on.
    private readonly Lock _lock = new();
    private readonly List<StepRecord> _finished = [];
    private readonly Dictionary<string, WrittenOutput> _output = [];
    private string _last = "";
    private DateTimeOffset _startedAt;
    private bool _tellsOutput;
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
        _ended = _cancellation.Token;
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
    public CancellationToken Cancellation => _ended;

    /// <inheritdoc/>
    public TimeSpan Remaining => _end - _time.GetUtcNow() is { Ticks: > 0 } rest ? rest : TimeSpan.Zero;

    /// <summary>Whether the step's time is up.</summary>
    public bool IsLate => _late.IsCancellationRequested;

    /// <summary>The step under way, or <c>null</c> before the first.</summary>
    public string? Current { get; private set; }

    /// <inheritdoc/>
    public void Begin(string step)
    {
        lock (_lock)
        {
            FinishCurrent();
            Cancellation.ThrowIfCancellationRequested();
            (Current, _last, _startedAt) = (step, step, _time.GetUtcNow());
            _telling = TellAsync(_telling, FaultPoint.StepBeganReported);
        }
    }

    /// <inheritdoc/>
    public bool TryClaim() => PackageClaim.TryTake(Workspace, PackageClaim.Installer);

    /// <inheritdoc/>
    public void Print(string line)
    {
        lock (_lock)
        {
            if (!_output.TryGetValue(_last, out var output))
                _output[_last] = output = new WrittenOutput(_run, _reporting.OutputLimit);
            output.Add(new PrintedLine(_time.GetUtcNow(), line));
            if (_tellsOutput)
                return;
            _tellsOutput = true;
        }

        _ = TellOutputAsync();
    }

    /// <summary>Ends the step under way.</summary>
    /// <returns>All steps, each once: the last try of it; with all that is kept of what was written, as what was told may come later.</returns>
    public IReadOnlyList<StepRecord> Finish()
    {
        lock (_lock)
        {
            FinishCurrent();
            return Steps(output => output.Whole);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cancellation.Cancel();
        _cancellation.Dispose();
        _late.Dispose();
    }

    private void FinishCurrent()
    {
        if (Current is not { } step)
            return;
        _finished.RemoveAll(record => record.Name == step);
        _finished.Add(new StepRecord(step, _startedAt, _time.GetUtcNow()));
        Current = null;
    }

    private IReadOnlyList<StepRecord> Steps(Func<WrittenOutput, StepOutput?> part)
    {
        var steps = Current is { } step
            ? _finished.Where(record => record.Name != step).Append(new StepRecord(step, _startedAt, FinishedAt: null))
            : _finished;
        return [.. steps.Select(record => record with { Output = _output.TryGetValue(record.Name, out var output) ? part(output) : null })];
    }

    // What is written by and by goes together, and one message at a time: while the broker takes none, only the end is kept.
    private async Task TellOutputAsync()
    {
        while (true)
        {
            await Task.Delay(Together, _time, _ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Task telling;
            lock (_lock)
            {
                _tellsOutput = !_ended.IsCancellationRequested && _output.Values.Any(output => output.HasUntold);
                if (!_tellsOutput)
                    return;
                _telling = telling = TellAsync(_telling, FaultPoint.OutputReported);
            }

            await telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Nobody waits for it: the report of the end says all of it again, and waits for the broker itself.
    private async Task TellAsync(Task before, string done)
    {
        await before;
        StepBegan began;
        lock (_lock)
            began = Began();
        await _reporting.Reports.SendAsync(began, _ended);
        lock (_lock)
        {
            foreach (var step in began.Steps)
            {
                if (step.Output is { } sent)
                    _output[step.Name].Confirm(sent);
            }
        }

        FaultPoint.Reach(done);
    }

    private StepBegan Began() => new()
    {
        Uuid = _delivery.Operation,
        Command = _delivery.Message,
        Steps = Steps(output => output.Untold),
        BeganAt = _beganAt,
        Kills = _delivery.Try.Kills,
        Worker = _reporting.Worker,
        Places = _reporting.Places,
    };
}

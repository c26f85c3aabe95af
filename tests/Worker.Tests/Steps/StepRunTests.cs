using WazoPlugind.Operations.Records;
using WazoPlugind.Worker.Steps;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Tests.Steps;

public sealed class StepRunTests : IDisposable
{
    private const int OutputLimit = 1000;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(100);

    private readonly StepMachine _machine = new();
    private readonly StepDelivery _delivery = StepMachine.Delivery();
    private readonly CancellationTokenSource _stop = new();
    private readonly StepRun _run;

    public StepRunTests() => _run = new StepRun(
        _delivery,
        _machine.Workspaces.Of(_delivery.Operation),
        new StepPast(WasInterrupted: false, WasTried: false),
        Limit,
        new StepReporting(_machine.Reports, OutputLimit, "here", 6),
        _machine.Time,
        _stop.Token);

    private IReadOnlyList<StepBegan> Began => [.. _machine.Sender.Sent.Select(sent => (StepBegan)sent.Report)];

    public void Dispose()
    {
        _run.Dispose();
        _stop.Dispose();
        _machine.Dispose();
    }

    [Fact]
    public void Steps_are_told_in_order_and_reported_with_their_times()
    {
        _run.Begin("building");
        _machine.Time.Advance(TimeSpan.FromSeconds(2));
        _run.Begin("packaging");

        var steps = _run.Finish();

        Assert.Equal(["building", "packaging"], steps.Select(step => step.Name));
        Assert.Equal(TimeSpan.FromSeconds(2), steps[0].FinishedAt - steps[0].StartedAt);
    }

    [Fact]
    public void What_begins_is_told_with_all_steps_before_it_and_what_they_wrote()
    {
        _run.Begin("building");
        _run.Print("built");
        _run.Begin("packaging");

        Assert.Equal((_delivery.Operation, _delivery.Message, "here", 6), (Began[1].Uuid, Began[1].Command, Began[1].Worker, Began[1].Places));
        Assert.Equal(
            [("building", true, "built"), ("packaging", false, null)],
            Began[1].Steps.Select(step => (step.Name, step.FinishedAt is not null, step.Output?.Lines[0].Text)));
        // Each is a message of its own.
        Assert.Equal(2, _machine.Sender.Sent.Select(sent => sent.Message).Distinct().Count());
        // Nothing is told again but with the end.
        _run.Begin("packaging");
        Assert.All(Began[2].Steps, step => Assert.Null(step.Output));
        Assert.Equal((1, "built"), Written(_run.Finish()[0].Output!));
    }

    [Fact]
    public void A_step_that_begins_again_is_reported_once_with_all_that_was_written()
    {
        _run.Begin("downloading");
        _run.Print("refused");
        _run.Begin("downloading");
        _run.Print("fetched");

        Assert.Equal(("refused", 1), (Began[1].Steps[0].Output!.Lines[0].Text, Began[1].Steps.Count));
        Assert.Equal((1, "refused fetched"), Written(Assert.Single(_run.Finish()).Output!));
    }

    [Fact]
    public async Task What_is_written_is_told_by_and_by_while_the_step_goes_on()
    {
        _run.Begin("building");
        _run.Print("one");
        _run.Print("two");
        Assert.Single(Began);

        await PassUntilToldAsync(2);
        _run.Print("three");
        await PassUntilToldAsync(3);
        Assert.Equal([(1, "one two"), (3, "three")], Began.Skip(1).Select(began => Written(began.Steps[0].Output!)));
        Assert.Equal([0, 2], Began.Skip(1).Select(began => began.Steps[0].Output!.Before));
        Assert.Equal((1, "one two three"), Written(_run.Finish()[0].Output!));
    }

    [Fact]
    public void What_the_broker_does_not_have_is_reported_with_the_end()
    {
        _run.Begin("building");
        _machine.Sender.Failure = new IOException("away");
        _run.Print("one");
        _machine.Time.Advance(TimeSpan.FromSeconds(1));
        _run.Print("two");

        Assert.Equal((1, "one two"), Written(Assert.Single(_run.Finish()).Output!));
    }

    [Fact]
    public void The_end_of_a_flood_of_output_is_kept_and_what_is_left_out_counts()
    {
        _run.Begin("building");
        for (var number = 1; number <= 1000; number++)
            _run.Print($"line {number}");

        var output = _run.Finish()[0].Output!;

        Assert.Equal("line 1000", output.Lines[^1].Text);
        Assert.Equal($"line {output.First}", output.Lines[0].Text);
        Assert.InRange(output.Lines.Sum(line => line.Size()), OutputLimit - 10, OutputLimit);
    }

    [Fact]
    public void The_time_of_a_step_is_that_of_all_it_does_and_what_waits_is_stopped_a_moment_after()
    {
        _machine.Time.Advance(Limit / 2);
        Assert.Equal(Limit / 2, _run.Remaining);

        _machine.Time.Advance(Limit / 2 + TimeSpan.FromSeconds(1));
        Assert.Equal((TimeSpan.Zero, false), (_run.Remaining, _run.Cancellation.IsCancellationRequested));
        _machine.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(_run.Cancellation.IsCancellationRequested);
        Assert.True(_run.IsLate);
    }

    private static (int First, string Text) Written(StepOutput output) => (output.First, string.Join(' ', output.Lines.Select(line => line.Text)));

    private async Task PassUntilToldAsync(int count)
    {
        // What the clock begins goes on beside it.
        for (var pass = 0; Began.Count < count && pass < 1000; pass++)
        {
            _machine.Time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Delay(1);
        }
    }

    [Fact]
    public async Task A_worker_that_stops_begins_nothing_more()
    {
        await _stop.CancelAsync();

        Assert.ThrowsAny<OperationCanceledException>(() => _run.Begin("building"));
        Assert.Empty(Began);
        Assert.False(_run.IsLate);
    }
}

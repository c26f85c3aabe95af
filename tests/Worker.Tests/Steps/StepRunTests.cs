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
    public void Steps_are_told_in_order_and_reported_with_their_times_and_output()
    {
        _run.Begin("building");
        _machine.Time.Advance(TimeSpan.FromSeconds(2));
        _run.AddOutput("built");
        _run.Begin("packaging");

        var steps = _run.Finish();

        Assert.Equal(["building", "packaging"], steps.Select(step => step.Name));
        Assert.Equal((TimeSpan.FromSeconds(2), "built"), (steps[0].FinishedAt - steps[0].StartedAt, steps[0].Output));
        Assert.Equal("", steps[1].Output);
    }

    [Fact]
    public void What_begins_is_told_with_all_steps_before_it()
    {
        _run.Begin("building");
        _run.AddOutput("built");
        _run.Begin("packaging");

        Assert.Equal((_delivery.Operation, _delivery.Message, "here", 6), (Began[1].Uuid, Began[1].Command, Began[1].Worker, Began[1].Places));
        Assert.Equal([("building", true, "built"), ("packaging", false, "")], Began[1].Steps.Select(step => (step.Name, step.FinishedAt is not null, step.Output)));
        // Each is a message of its own.
        Assert.Equal(2, _machine.Sender.Sent.Select(sent => sent.Message).Distinct().Count());
    }

    [Fact]
    public void A_step_that_begins_again_is_reported_once()
    {
        _run.Begin("downloading");
        _run.AddOutput("refused");
        _run.Begin("downloading");
        _run.AddOutput("fetched");

        Assert.Equal("fetched", Assert.Single(_run.Finish()).Output);
        Assert.Single(Began[1].Steps);
    }

    [Fact]
    public void The_end_of_a_flood_of_output_is_kept()
    {
        _run.Begin("building");
        _run.AddOutput(new string('x', OutputLimit));
        _run.AddOutput("end");

        var output = _run.Finish()[0].Output;

        Assert.Equal(OutputLimit, output.Length);
        Assert.EndsWith("end", output);
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

    [Fact]
    public async Task A_worker_that_stops_begins_nothing_more()
    {
        await _stop.CancelAsync();

        Assert.ThrowsAny<OperationCanceledException>(() => _run.Begin("building"));
        Assert.Empty(Began);
        Assert.False(_run.IsLate);
    }
}

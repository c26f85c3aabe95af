using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Worker.Steps;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Tests.Steps;

/// <summary>Steps whose worker ended before.</summary>
public sealed class StepExecutionKillsTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly StepMachine _machine = new();
    private readonly StepDelivery _delivery = StepMachine.Delivery();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task A_step_that_was_killed_once_is_run_and_knows_it()
    {
        _machine.Kill(_delivery);
        var wasInterrupted = false;

        await _machine.RunAsync(_delivery, run =>
        {
            wasInterrupted = run.WasInterrupted && run.WasTried;
            return Task.FromResult<StepResult<TestResult>>(new TestResult("done"));
        });

        Assert.True(wasInterrupted);
        _machine.Sender.Answer<StepCompleted<TestResult>>();
    }

    [Fact]
    public async Task A_step_that_was_not_killed_knows_it()
    {
        var wasInterrupted = true;

        await _machine.RunAsync(_delivery, run =>
        {
            wasInterrupted = run.WasInterrupted || run.WasTried;
            return Task.FromResult<StepResult<TestResult>>(new TestResult("done"));
        });

        Assert.False(wasInterrupted);
    }

    [Fact]
    public async Task A_step_that_was_killed_twice_waits_and_is_tried_alone()
    {
        _machine.Kill(_delivery with { Message = Guid.NewGuid() });
        _machine.Kill(_delivery);

        await _machine.RunAsync(_delivery, _ => throw new InvalidOperationException());

        var postponed = _machine.Sender.Answer<StepPostponed>();
        Assert.Equal((2000, new StepTry(0, 2, Alone: true)), (postponed.Delay, postponed.Next));
    }

    [Fact]
    public async Task A_step_that_is_tried_alone_runs_while_nothing_else_does()
    {
        TaskCompletionSource begun = new();
        TaskCompletionSource end = new();
        var beside = _machine.RunAsync(StepMachine.Delivery(), async _ =>
        {
            begun.SetResult();
            await end.Task;
            return new TestResult("beside");
        });
        await begun.Task;

        var alone = _machine.RunAsync(_delivery with { Try = new StepTry(0, 2, Alone: true) });
        Assert.False(alone.IsCompleted);
        end.SetResult();
        await Task.WhenAll(beside, alone).WaitAsync(Limit);

        Assert.Equal(["beside", "done"], _machine.Sender.Answers.Select(answer => ((StepCompleted<TestResult>)answer).Result.Url));
    }

    [Fact]
    public async Task A_step_that_does_not_come_to_be_alone_is_put_off_and_that_is_no_kill()
    {
        using var other = await _machine.Gate.EnterAsync(Limit, default);
        var alone = _machine.RunAsync(_delivery with { Try = new StepTry(0, 2, Alone: true) });
        _machine.Time.Advance(TimeSpan.FromSeconds(30));
        await alone.WaitAsync(Limit);

        var postponed = _machine.Sender.Answer<StepPostponed>();
        Assert.Equal((10000, new StepTry(0, 2, Alone: true)), (postponed.Delay, postponed.Next));
    }

    [Fact]
    public async Task One_that_ends_its_worker_alone_as_well_waits_longer()
    {
        var alone = _delivery with { Try = new StepTry(0, 2, Alone: true) };
        for (var kill = 0; kill < 3; kill++)
            _machine.Kill(alone);

        await _machine.RunAsync(alone, _ => throw new InvalidOperationException());

        var postponed = _machine.Sender.Answer<StepPostponed>();
        Assert.Equal((4000, new StepTry(0, 3, Alone: true)), (postponed.Delay, postponed.Next));
    }

    [Fact]
    public async Task After_so_many_tries_alone_it_fails_with_what_was_seen()
    {
        for (var kill = 0; kill < 7; kill++)
            _machine.Kill(_delivery);

        await _machine.RunAsync(_delivery with { Try = new StepTry(0, 7, Alone: true) }, _ => throw new InvalidOperationException());

        var failed = _machine.Sender.Answer<StepFailed>();
        Assert.Equal("building", failed.Failure.Step);
        Assert.StartsWith(
            "its worker ended 7 times while it worked on this, the last 5 times with nothing else under way: 18:02:11", failed.Failure.Reason);
    }

    [Fact]
    public async Task Kills_of_other_machines_are_told_by_the_message()
    {
        await _machine.RunAsync(_delivery with { Try = new StepTry(0, 7, Alone: true) }, _ => throw new InvalidOperationException());

        _machine.Sender.Answer<StepFailed>();
    }

    [Fact]
    public async Task Kills_are_told_on_with_every_report()
    {
        _machine.Kill(_delivery);

        await _machine.RunAsync(_delivery, StepFailure.Of("building", "busy") with { Transience = new Transience() });

        Assert.Equal(new StepTry(1, 1, Alone: false), _machine.Sender.Answer<StepPostponed>().Next);
    }

    [Fact]
    public async Task What_was_only_sent_to_a_worker_that_ended_is_not_blamed_where_all_that_begins_is_written_down()
    {
        await _machine.RunAsync(_delivery with { IsRedelivered = true, Try = new StepTry(0, 1, Alone: false) });

        _machine.Sender.Answer<StepCompleted<TestResult>>();
    }

    [Fact]
    public async Task Where_builders_share_no_directory_a_redelivered_message_may_have_ended_another_one()
    {
        using var machine = new StepMachine(WorkerConfiguration.ByMessage);

        await machine.RunAsync(_delivery with { IsRedelivered = true, Try = new StepTry(0, 1, Alone: false) });

        Assert.Equal(2, machine.Sender.Answer<StepPostponed>().Next.Kills);
    }
}

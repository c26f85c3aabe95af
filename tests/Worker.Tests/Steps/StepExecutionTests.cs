using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Worker.Steps;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Tests.Steps;

public sealed class StepExecutionTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly StepMachine _machine = new();
    private readonly StepDelivery _delivery = StepMachine.Delivery();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task What_a_step_gives_is_reported_with_its_steps_and_nothing_is_held_any_more()
    {
        IReadOnlyList<Guid> held = [];
        var isAnswered = await _machine.RunAsync(_delivery, async run =>
        {
            held = _machine.Held.Messages;
            run.Begin("building");
            run.Print("built");
            return new TestResult("done");
        });

        var completed = _machine.Sender.Answer<StepCompleted<TestResult>>();
        Assert.True(isAnswered);
        Assert.Equal(("done", _delivery.Operation, _delivery.Message), (completed.Result.Url, completed.Uuid, completed.Command));
        Assert.Equal(("building", "built"), (completed.Steps[0].Name, Assert.Single(completed.Steps[0].Output!.Lines).Text));
        Assert.Equal(_delivery.Message, Assert.Single(held));
        Assert.Empty(_machine.Held.Messages);
    }

    [Fact]
    public async Task A_step_whose_operation_is_cancelled_ends_reports_nothing_and_leaves_nothing()
    {
        var begun = new TaskCompletionSource();
        var running = _machine.RunAsync(_delivery, async run =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, run.Cancellation);
            return new TestResult("done");
        });
        await begun.Task;
        Assert.True(Directory.Exists(_machine.Workspaces.Of(_delivery.Operation).Operation));

        _machine.Held.Cancel(Guid.NewGuid());
        Assert.False(running.IsCompleted);
        _machine.Held.Cancel(_delivery.Operation);

        Assert.True(await running.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Empty(_machine.Sender.Answers);
        Assert.False(Directory.Exists(_machine.Workspaces.Of(_delivery.Operation).Operation));
    }

    [Fact]
    public async Task A_step_that_begins_is_told_before_its_work()
    {
        await _machine.RunAsync(_delivery, async run =>
        {
            run.Begin("building");
            Assert.IsType<StepBegan>(Assert.Single(_machine.Sender.Sent).Report);
            return new TestResult("done");
        });
    }

    [Fact]
    public async Task Nothing_is_done_for_an_operation_that_has_ended_and_its_directories_go()
    {
        _machine.Ended.Add(_delivery.Operation);

        Assert.True(await _machine.RunAsync(_delivery, _ => throw new InvalidOperationException()));

        Assert.Empty(_machine.Sender.Sent);
        Assert.False(Directory.Exists(_machine.Workspaces.Of(_delivery.Operation).Operation));
    }

    [Fact]
    public async Task A_message_that_comes_again_is_answered_again_without_its_work()
    {
        await _machine.RunAsync(_delivery);
        await _machine.RunAsync(_delivery with { IsRedelivered = true }, _ => throw new InvalidOperationException());

        Assert.Equal(2, _machine.Sender.Answers.OfType<StepCompleted<TestResult>>().Count());
        Assert.Single(_machine.Sender.Sent.Select(sent => sent.Message).Distinct());
    }

    [Fact]
    public async Task A_message_that_was_answered_before_the_next_one_of_its_step_is_left_alone()
    {
        await _machine.RunAsync(_delivery, Busy());
        await _machine.RunAsync(_delivery with { Message = Guid.NewGuid() });
        var before = _machine.Sender.Sent.Count;

        Assert.True(await _machine.RunAsync(_delivery with { IsRedelivered = true }, _ => throw new InvalidOperationException()));

        Assert.Equal(before, _machine.Sender.Sent.Count);
    }

    [Fact]
    public async Task What_a_step_gives_is_remembered_without_its_credentials()
    {
        await _machine.RunAsync(_delivery, new TestResult("https://me:secret@example.org/a"));
        await _machine.RunAsync(_delivery with { IsRedelivered = true }, _ => throw new InvalidOperationException());

        Assert.Equal(
            ["https://me:secret@example.org/a", "https://example.org/a"],
            _machine.Sender.Answers.OfType<StepCompleted<TestResult>>().Select(report => report.Result.Url));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(_machine.Directory, "*", SearchOption.AllDirectories), file => File.ReadAllText(file).Contains("secret"));
    }

    [Fact]
    public async Task What_another_try_may_mend_is_put_off_and_the_next_try_is_told()
    {
        await _machine.RunAsync(_delivery with { Try = new StepTry(1, 0, Alone: false) }, Busy());

        var postponed = _machine.Sender.Answer<StepPostponed>();
        Assert.Equal((3000, new StepTry(2, 0, Alone: false), "busy"), (postponed.Delay, postponed.Next, postponed.Reason));
    }

    [Fact]
    public async Task What_was_not_tried_counts_as_no_try()
    {
        await _machine.RunAsync(_delivery, Busy(new Transience { IsUntried = true }));

        Assert.Equal(StepTry.First, _machine.Sender.Answer<StepPostponed>().Next);
    }

    [Fact]
    public async Task Once_the_tries_are_used_up_it_fails()
    {
        await _machine.RunAsync(_delivery with { Try = new StepTry(5, 0, Alone: false) }, Busy());

        Assert.Equal("busy", _machine.Sender.Answer<StepFailed>().Failure.Reason);
    }

    [Fact]
    public async Task What_no_other_try_mends_fails_at_once()
    {
        await _machine.RunAsync(_delivery, StepFailure.Of("building", "broken"));

        var failed = _machine.Sender.Answer<StepFailed>();
        Assert.Equal(("building", "broken"), (failed.Failure.Step, failed.Failure.Reason));
    }

    [Theory]
    [InlineData(false, "building", "an unexpected error, which the log has: InvalidOperationException")]
    [InlineData(true, "packaging", "No space left on device")]
    public async Task What_nobody_expected_fails_in_the_step_under_way(bool hasBegun, string step, string reason)
    {
        await _machine.RunAsync(_delivery, async run =>
        {
            if (!hasBegun)
                throw new InvalidOperationException();
            run.Begin("packaging");
            throw new IOException("No space left on device");
        });

        var failed = _machine.Sender.Answer<StepFailed>();
        Assert.Equal((step, reason), (failed.Failure.Step, failed.Failure.Reason));
    }

    [Fact]
    public async Task A_step_that_takes_longer_than_it_may_fails()
    {
        await _machine.RunAsync(_delivery, async run =>
        {
            run.Begin("building");
            _machine.Time.Advance(TimeSpan.FromSeconds(110));
            await Task.Delay(Timeout.InfiniteTimeSpan, run.Cancellation);
            return new TestResult("never");
        }).WaitAsync(Limit);

        var failed = _machine.Sender.Answer<StepFailed>();
        Assert.Equal(
            ("building", "the step took longer than 100 seconds (worker.step_timeout)"), (failed.Failure.Step, failed.Failure.Reason));
    }

    [Fact]
    public async Task A_step_goes_on_while_the_broker_is_away_and_is_reported_when_it_is_back()
    {
        _machine.Sender.Failure = new IOException("away");
        TaskCompletionSource done = new();
        var run = _machine.RunAsync(_delivery, run =>
        {
            run.Begin("building");
            run.Begin("packaging");
            done.SetResult();
            return Task.FromResult<StepResult<TestResult>>(new TestResult("done"));
        });
        await done.Task.WaitAsync(Limit);
        Assert.False(run.IsCompleted);

        _machine.Sender.Failure = null;
        // Its pauses begin when they begin.
        while (!run.IsCompleted)
        {
            _machine.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }

        Assert.True(await run);
        Assert.Equal(["building", "packaging"], _machine.Sender.Answer<StepCompleted<TestResult>>().Steps.Select(step => step.Name));
    }

    [Fact]
    public async Task A_worker_that_stops_puts_its_steps_off_and_that_is_neither_a_try_nor_a_kill()
    {
        await _machine.RunAsync(_delivery, async run =>
        {
            _machine.Lifetime.StopApplication();
            await Task.Delay(Timeout.InfiniteTimeSpan, run.Cancellation);
            return new TestResult("never");
        }).WaitAsync(Limit);

        var postponed = _machine.Sender.Answer<StepPostponed>();
        Assert.Equal((2000, StepTry.First), (postponed.Delay, postponed.Next));
        Assert.True(Assert.Single(_machine.AttemptsOf(_delivery.Operation).Of("test")).HasEnded);
    }

    [Fact]
    public async Task A_report_that_cannot_be_sent_is_remembered_for_when_the_message_comes_again()
    {
        _machine.Sender.Failure = new IOException("away");
        var run = _machine.RunAsync(_delivery);
        _machine.Lifetime.StopApplication();
        Assert.False(await run.WaitAsync(Limit));

        using var next = new StepMachine(sharesDirectoryWith: _machine);
        Assert.True(await next.RunAsync(_delivery with { IsRedelivered = true }, _ => throw new InvalidOperationException()));
        Assert.Equal("done", next.Sender.Answer<StepCompleted<TestResult>>().Result.Url);
    }

    [Fact]
    public async Task A_step_that_finds_no_place_is_put_off_and_that_is_no_try()
    {
        using var place = await _machine.Places.TakeAsync(StepQueue.Build, default);

        await _machine.RunAsync(_delivery);

        var postponed = _machine.Sender.Answer<StepPostponed>();
        Assert.Equal((1000, StepTry.First), (postponed.Delay, postponed.Next));
        Assert.Empty(_machine.AttemptsOf(_delivery.Operation).Of("test"));
    }

    private static StepFailure Busy(Transience? transience = null) =>
        StepFailure.Of("building", "busy") with { Transience = transience ?? new Transience() };
}

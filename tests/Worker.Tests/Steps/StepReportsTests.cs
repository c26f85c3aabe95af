using WazoPlugind.Worker.Steps;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Tests.Steps;

public sealed class StepReportsTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly StepMachine _machine = new();
    private readonly StepDelivery _delivery = StepMachine.Delivery();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task An_answer_has_the_operation_and_an_id_that_is_the_same_each_time()
    {
        await AnswerAsync();
        await AnswerAsync();

        Assert.All(_machine.Sender.Sent, sent => Assert.Equal((_delivery.Operation, MessageIds.ReportOf(_delivery.Message)), (sent.Operation, sent.Message)));
    }

    [Fact]
    public async Task While_the_broker_is_away_an_answer_is_tried_again_with_growing_pauses_until_it_is_there()
    {
        _machine.Sender.Failure = new IOException("away");
        var answer = AnswerAsync();
        await AdvanceAsync(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(0.1));
        // 0, 0.2, 0.6, 1.4, 3, 6.2, 12.6 and then every 10 s.
        Assert.InRange(_machine.Sender.Tries, 9, 12);
        Assert.False(answer.IsCompleted);

        _machine.Sender.Failure = null;
        await AdvanceAsync(TimeSpan.FromSeconds(11), TimeSpan.FromSeconds(1));

        Assert.True(await answer.WaitAsync(Limit));
    }

    [Fact]
    public async Task A_worker_that_stops_tries_once_more_and_gives_up()
    {
        _machine.Sender.Failure = new IOException("away");
        var answer = AnswerAsync();
        var before = _machine.Sender.Tries;

        _machine.Lifetime.StopApplication();

        Assert.False(await answer.WaitAsync(Limit));
        Assert.Equal(before + 1, _machine.Sender.Tries);
    }

    [Fact]
    public async Task What_begins_waits_for_the_broker_too_for_as_long_as_it_may()
    {
        using var stop = new CancellationTokenSource();
        _machine.Sender.Failure = new IOException("away");
        var began = _machine.Reports.SendAsync(
            new StepBegan { Uuid = _delivery.Operation, Command = _delivery.Message, Steps = [], BeganAt = default, Kills = 0, Worker = "here", Places = 1 }, stop.Token);
        await AdvanceAsync(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1));
        Assert.False(began.IsCompleted);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => began.WaitAsync(Limit));
    }

    private Task<bool> AnswerAsync() => _machine.Reports.AnswerAsync(_delivery.Completed(new TestResult("done"), []), _delivery.Message);

    private async Task AdvanceAsync(TimeSpan time, TimeSpan step)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += step)
        {
            _machine.Time.Advance(step);
            // What the clock wakes runs on another thread.
            await Task.Delay(1);
        }
    }
}

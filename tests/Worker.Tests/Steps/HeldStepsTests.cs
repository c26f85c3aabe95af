using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using WazoPlugind.Worker.Steps;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Tests.Steps;

public sealed class HeldStepsTests
{
    private readonly HeldSteps _held = new(TimeProvider.System);
    private readonly RecordingSender _sender = new();
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_message_that_came_twice_is_held_until_both_deliveries_end()
    {
        var message = Guid.NewGuid();
        var first = _held.Hold(message, Guid.NewGuid());
        var second = _held.Hold(message, Guid.NewGuid());

        first.Dispose();
        Assert.Equal(message, Assert.Single(_held.Messages));
        second.Dispose();
        Assert.Empty(_held.Messages);
    }

    [Fact]
    public async Task What_is_held_is_told_in_every_round_and_nothing_when_there_is_none()
    {
        using var reporter = new HeldStepsReporter(_held, _sender, _time, NullLogger<HeldStepsReporter>.Instance);
        await reporter.StartAsync(default);
        await RoundAsync();
        Assert.Empty(_sender.Sent);

        var message = Guid.NewGuid();
        using (_held.Hold(message, Guid.NewGuid()))
        {
            _sender.Failure = new IOException("away");
            await RoundAsync();
            _sender.Failure = null;
            await RoundAsync();
        }

        await RoundAsync();
        await reporter.StopAsync(default);

        Assert.Equal([message], Assert.IsType<StepsHeld>(Assert.Single(_sender.Sent).Report).Commands);
    }

    [Fact]
    public async Task A_worker_that_stops_waits_for_what_it_holds()
    {
        using var reporter = new HeldStepsReporter(_held, _sender, _time, NullLogger<HeldStepsReporter>.Instance);
        await reporter.StartAsync(default);
        var step = _held.Hold(Guid.NewGuid(), Guid.NewGuid());
        var stop = reporter.StopAsync(default);
        await Task.Delay(200);
        Assert.False(stop.IsCompleted);

        step.Dispose();

        await stop.WaitAsync(TimeSpan.FromSeconds(30));
    }

    private async Task RoundAsync()
    {
        _time.Advance(HeldStepsReporter.Round);
        // The round is another thread's.
        await Task.Delay(50);
    }
}

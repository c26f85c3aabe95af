using Microsoft.Extensions.Time.Testing;
using WazoPlugind.Worker.Steps;

namespace WazoPlugind.Worker.Tests.Steps;

public sealed class StepGateTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly StepGate _gate;

    public StepGateTests() => _gate = new StepGate(_time);

    [Fact]
    public async Task Steps_enter_together()
    {
        using var first = await _gate.EnterAsync(Patience, default).WaitAsync(Limit);
        using var second = await _gate.EnterAsync(Patience, default).WaitAsync(Limit);

        Assert.NotNull(second);
    }

    [Fact]
    public async Task One_alone_waits_for_the_others_and_new_ones_wait_for_it()
    {
        var first = await _gate.EnterAsync(Patience, default);
        var alone = _gate.EnterAloneAsync(Patience, default);
        var later = _gate.EnterAsync(Patience, default);
        Assert.False(alone.IsCompleted);
        Assert.False(later.IsCompleted);

        first!.Dispose();
        var entry = await alone.WaitAsync(Limit);
        Assert.False(later.IsCompleted);
        entry!.Dispose();

        using var after = await later.WaitAsync(Limit);
        Assert.NotNull(after);
    }

    [Fact]
    public async Task Two_alone_come_one_after_the_other()
    {
        var first = await _gate.EnterAloneAsync(Patience, default);
        var second = _gate.EnterAloneAsync(Patience, default);
        Assert.False(second.IsCompleted);

        first!.Dispose();

        using var entry = await second.WaitAsync(Limit);
        Assert.NotNull(entry);
    }

    [Fact]
    public async Task One_alone_gives_up_and_the_others_go_on()
    {
        using var first = await _gate.EnterAsync(Patience, default);
        var alone = _gate.EnterAloneAsync(Patience, default);
        var later = _gate.EnterAsync(Patience * 2, default);

        _time.Advance(Patience);

        Assert.Null(await alone.WaitAsync(Limit));
        using var entry = await later.WaitAsync(Limit);
        Assert.NotNull(entry);
    }

    [Fact]
    public async Task One_that_is_cancelled_holds_nobody_up()
    {
        using var stop = new CancellationTokenSource();
        using var first = await _gate.EnterAsync(Patience, default);
        var alone = _gate.EnterAloneAsync(Patience, stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => alone);
        using var entry = await _gate.EnterAsync(Patience, default).WaitAsync(Limit);
        Assert.NotNull(entry);
    }
}

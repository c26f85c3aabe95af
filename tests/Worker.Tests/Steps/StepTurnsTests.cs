using WazoPlugind.Platform.Configuration;
using WazoPlugind.Worker.Steps;

namespace WazoPlugind.Worker.Tests.Steps;

public sealed class StepTurnsTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly StepMachine _machine = new();
    private readonly Guid _operation = Guid.NewGuid();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task TakeAsync_waits_until_the_other_one_is_done_and_others_do_not_wait()
    {
        var patient = new StepTurns(_machine.Workspaces, _machine, _machine.Configuration, TimeProvider.System) { Patience = Limit };
        var first = await TakeAsync();
        var second = patient.TakeAsync(StepMachine.Step, StepMachine.Delivery(operation: _operation), default);
        using (await _machine.Turns.TakeAsync(StepMachine.Step, StepMachine.Delivery(), default))
            Assert.False(second.IsCompleted);

        first!.Dispose();

        using var turn = await second.WaitAsync(Limit);
        Assert.NotNull(turn);
    }

    [Fact]
    public async Task TakeAsync_gives_up_when_another_step_takes_long()
    {
        using var first = await TakeAsync();

        Assert.Null(await TakeAsync());
    }

    [Fact]
    public async Task TakeAsync_waits_for_as_long_as_the_same_message_is_worked_on()
    {
        var delivery = StepMachine.Delivery(operation: _operation);
        var first = await TakeAsync(delivery);
        first!.Begin();
        var second = TakeAsync(delivery with { IsRedelivered = true });
        await Task.Delay(_machine.Turns.Patience * 3);
        Assert.False(second.IsCompleted);
        first.Remember(delivery.Completed(new TestResult("done"), []));

        using (var answered = await second.WaitAsync(Limit))
            Assert.NotNull(answered!.FindReport());
        first.Dispose();
    }

    [Fact]
    public async Task TakeAsync_stops_waiting_when_it_is_cancelled()
    {
        using var first = await TakeAsync();
        using var stop = new CancellationTokenSource();
        // More patient than this test can be slow.
        var patient = new StepTurns(_machine.Workspaces, _machine, _machine.Configuration, TimeProvider.System);
        var second = patient.TakeAsync(StepMachine.Step, StepMachine.Delivery(operation: _operation), stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }

    [Fact]
    public async Task A_message_that_was_answered_does_not_wait_for_the_next_step()
    {
        var delivery = StepMachine.Delivery(operation: _operation);
        using (var turn = await TakeAsync(delivery))
            turn!.Remember(delivery.Completed(new TestResult("done"), []));
        using var next = await TakeAsync();

        using var again = await TakeAsync(delivery);

        Assert.NotNull(again!.FindReport());
    }

    [Fact]
    public async Task Without_a_shared_directory_nothing_is_left()
    {
        using var machine = new StepMachine(WorkerConfiguration.ByMessage);
        var delivery = StepMachine.Delivery();
        using (var turn = await machine.Turns.TakeAsync(StepMachine.Step, delivery, default))
        {
            turn!.Begin();
            turn.Remember(delivery.Completed(new TestResult("done"), []));
            Assert.Null(turn.FindReport());
        }

        Assert.Empty(Directory.GetFileSystemEntries(machine.Configuration.ExtractDir));
    }

    [Fact]
    public async Task What_the_next_turn_makes_is_not_deleted_with_the_one_before()
    {
        using var machine = new StepMachine(WorkerConfiguration.ByMessage);
        var delivery = StepMachine.Delivery();
        var workspace = machine.Workspaces.Of(delivery.Operation);
        var turn = await machine.Turns.TakeAsync(StepMachine.Step, delivery, default);
        Directory.CreateDirectory(workspace.Tree);
        for (var number = 0; number < 2000; number++)
            File.WriteAllText(Path.Join(workspace.Tree, $"{number}"), "");

        var end = Task.Run(turn!.Dispose);
        IDisposable? next;
        while ((next = StepTurns.TryTake(workspace)) is null)
            await Task.Yield();

        using (next)
        {
            Directory.CreateDirectory(workspace.Tree);
            await end;
            Assert.True(Directory.Exists(workspace.Tree));
        }
    }

    [Fact]
    public async Task Without_a_directory_for_the_lock_the_step_has_its_turn()
    {
        Directory.CreateDirectory(_machine.Configuration.ExtractDir);
        File.WriteAllText(_machine.Workspaces.Of(_operation).Operation, "not a directory");

        using var turn = await TakeAsync();

        Assert.NotNull(turn);
    }

    private Task<StepTurn?> TakeAsync(StepDelivery? delivery = null) =>
        _machine.Turns.TakeAsync(StepMachine.Step, delivery ?? StepMachine.Delivery(operation: _operation), default);
}

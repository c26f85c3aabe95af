using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Worker.Steps;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Tests.Steps;

/// <summary>A step's message on a bus in memory.</summary>
public sealed class StepConsumerTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly StepMachine _machine = new();
    private readonly TestCommand _command = new(Guid.NewGuid());
    private readonly Guid _message = Guid.NewGuid();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task What_a_message_asks_for_is_done_and_answered()
    {
        TaskCompletionSource<(TestCommand Command, StepRun Run)> asked = new();
        await using var bus = await StepBus.StartInMemoryAsync(_machine, (command, run) =>
        {
            asked.SetResult((command, run));
            return Task.FromResult<StepResult<TestResult>>(new TestResult("done"));
        });

        await bus.SendAsync(_command, _message, StepTry.First);

        var (command, run) = await asked.Task.WaitAsync(Limit);
        Assert.Equal(_command, command);
        Assert.Equal((_command.Uuid, false), (run.Operation, run.WasInterrupted));
        await bus.Answered.WaitAsync(Limit);
        Assert.Equal(_message, _machine.Sender.Answer<StepCompleted<TestResult>>().Command);
    }

    [Fact]
    public async Task What_a_message_is_told_of_the_tries_before_is_read()
    {
        await using var bus = await StepBus.StartInMemoryAsync(_machine, (_, _) => Task.FromResult<StepResult<TestResult>>(
            StepFailure.Of("building", "busy") with { Transience = new Transience() }));

        await bus.SendAsync(_command, _message, new StepTry(2, 3, Alone: true));
        await bus.Answered.WaitAsync(Limit);

        Assert.Equal(new StepTry(3, 3, Alone: true), _machine.Sender.Answer<StepPostponed>().Next);
    }

    [Fact]
    public async Task A_message_that_cannot_be_answered_is_no_error()
    {
        _machine.Sender.Failure = new IOException("away");
        await using var bus = await StepBus.StartInMemoryAsync(_machine, (_, _) => Task.FromResult<StepResult<TestResult>>(new TestResult("done")));

        await bus.SendAsync(_command, _message, StepTry.First);
        while (_machine.Sender.Tries == 0)
            await Task.Delay(10);
        _machine.Lifetime.StopApplication();

        var fault = await Assert.ThrowsAsync<StepUnansweredException>(() => bus.Answered.WaitAsync(Limit));
        Assert.Equal(0, bus.Errors);
        Assert.NotEmpty(fault.Message);
    }
}

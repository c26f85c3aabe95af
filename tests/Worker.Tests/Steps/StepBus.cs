using MassTransit;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Worker.Steps;

namespace WazoPlugind.Worker.Tests.Steps;

/// <summary>A bus with the queue of a step.</summary>
internal sealed class StepBus : IAsyncDisposable, IReceiveObserver
{
    private const string Queue = "steps";

    private readonly TaskCompletionSource _answered = new();
    private readonly IBusControl _bus;
    private int _errors;

    private StepBus(StepMachine machine, Func<TestCommand, StepRun, Task<StepResult<TestResult>>> work)
    {
        _bus = MassTransit.Bus.Factory.CreateUsingInMemory(memory =>
        {
            memory.ReceiveEndpoint(Queue, queue =>
            {
                queue.ConfigureError(pipe => pipe.UseFilter(new StepErrorFilter()));
                queue.Consumer(() => new StepConsumer<TestStep, TestCommand, TestResult>(new TestStep(work), machine.Execution, TimeProvider.System));
            });
            memory.ReceiveEndpoint(Queue + "_error", queue => queue.Handler<TestCommand>(_ =>
            {
                _errors++;
                return Task.CompletedTask;
            }));
        });
        _bus.ConnectReceiveObserver(this);
    }

    /// <summary>Ends with the message, as that does.</summary>
    public Task Answered => _answered.Task;

    /// <summary>How many messages came to the error queue.</summary>
    public int Errors => _errors;

    public static async Task<StepBus> StartInMemoryAsync(StepMachine machine, Func<TestCommand, StepRun, Task<StepResult<TestResult>>> work)
    {
        var bus = new StepBus(machine, work);
        await bus._bus.StartAsync();
        return bus;
    }

    public async Task SendAsync(TestCommand command, Guid message, StepTry stepTry)
    {
        var queue = await _bus.GetSendEndpoint(new Uri("exchange:" + Queue));
        await queue.Send(command, context =>
        {
            context.MessageId = message;
            context.Headers.Set(StepTry.TriesHeader, stepTry.Tries);
            context.Headers.Set(StepTry.KillsHeader, stepTry.Kills);
            context.Headers.Set(StepTry.AloneHeader, stepTry.Alone);
        });
    }

    public async ValueTask DisposeAsync() => await _bus.StopAsync();

    public Task PreReceive(ReceiveContext context) => Task.CompletedTask;

    public Task PostReceive(ReceiveContext context)
    {
        _answered.TrySetResult();
        return Task.CompletedTask;
    }

    public Task PostConsume<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType)
        where T : class => Task.CompletedTask;

    public Task ConsumeFault<T>(ConsumeContext<T> context, TimeSpan duration, string consumerType, Exception exception)
        where T : class => Task.CompletedTask;

    public Task ReceiveFault(ReceiveContext context, Exception exception)
    {
        _answered.TrySetException(exception);
        return Task.CompletedTask;
    }
}

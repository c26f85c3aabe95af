using MassTransit;
using WazoPlugind.Messages;

namespace WazoPlugind.Worker.Steps;

/// <summary>
/// Takes the messages that ask for a step, and has it run. The step goes on when its delivery is lost, with the connection or the queue;
/// but the delivery ends then: the bus waits for its deliveries before it connects again (seen with MassTransit 8.5.12), and the step
/// waits for the connection to report.
/// </summary>
/// <typeparam name="TStep">The step.</typeparam>
/// <typeparam name="TCommand">The message.</typeparam>
/// <typeparam name="TResult">What the step gives.</typeparam>
/// <param name="step">The step.</param>
/// <param name="execution">Runs it and reports what became of it.</param>
/// <param name="time">The clock.</param>
internal sealed class StepConsumer<TStep, TCommand, TResult>(TStep step, StepExecution execution, TimeProvider time) : IConsumer<TCommand>
    where TStep : class, IStep<TCommand, TResult>
    where TCommand : class, IOperationMessage
    where TResult : class
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    /// <exception cref="StepUnansweredException">No report could be sent.</exception>
    public async Task Consume(ConsumeContext<TCommand> context)
    {
        var command = context.Message;
        var delivery = new StepDelivery(
            command.Uuid,
            context.MessageId ?? command.Uuid,
            StepHeaders.Read(context.Headers),
            context.ReceiveContext.Redelivered,
            context.SentTime ?? time.GetUtcNow());
        var run = execution.RunAsync(TStep.Definition, delivery, run => step.RunAsync(command, run));
        await Task.WhenAny(run, Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken));
        if (!run.IsCompleted || !await run)
        {
            // It does not go round meanwhile.
            await Task.Delay(Moment, time, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new StepUnansweredException();
        }
    }
}

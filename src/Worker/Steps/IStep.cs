using WazoPlugind.Messages;
using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Worker.Steps;

/// <summary>What a worker does when one kind of message asks for it; knows nothing of the bus. It may run again after a kill at any instruction.</summary>
/// <typeparam name="TCommand">The message.</typeparam>
/// <typeparam name="TResult">What the work gives.</typeparam>
internal interface IStep<in TCommand, TResult>
    where TCommand : class, IOperationMessage
    where TResult : class
{
    /// <summary>All that has to be said about the step beside its work.</summary>
    static abstract StepDefinition Definition { get; }

    /// <summary>Does the work.</summary>
    /// <param name="command">What is asked for.</param>
    /// <param name="run">This run of the step.</param>
    /// <returns>What the work gives, or what went wrong.</returns>
    Task<StepResult<TResult>> RunAsync(TCommand command, StepRun run);
}

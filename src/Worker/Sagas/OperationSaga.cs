using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Logging;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;
using WazoPlugind.Plugins.Manifest;
using WazoPlugind.Worker.Commands;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Sagas;

/// <summary>
/// What the sagas share. A transition is a method that is given the operation and what came, lists on the operation what is to happen,
/// and returns the next state. An event in a state that does not expect it is an error: what comes twice, or after the end, does not get here.
/// </summary>
/// <typeparam name="TState">The state.</typeparam>
internal abstract partial class OperationSaga<TState> : MassTransitStateMachine<TState>
    where TState : OperationState
{
    private readonly string _kind;
    private readonly ILogger _logger;

    /// <summary>Sets up what the sagas share.</summary>
    /// <param name="kind">What the operations are called in the log.</param>
    /// <param name="logger">Is told of beginnings and ends.</param>
    protected OperationSaga(string kind, ILogger logger)
    {
        (_kind, _logger) = (kind, logger);
        InstanceState(operation => operation.CurrentState);
        Event(() => StepFailed, Correlate);
        Event(() => TurnCame, Correlate);
    }

    /// <summary>It ended well.</summary>
    public State Completed { get; protected set; } = null!;

    /// <summary>It ended in an error.</summary>
    public State Failed { get; protected set; } = null!;

    /// <summary>A step failed.</summary>
    public Event<StepFailed> StepFailed { get; protected set; } = null!;

    /// <summary>The operation before it on the same plugin ended.</summary>
    public Event<TurnCame> TurnCame { get; protected set; } = null!;

    /// <summary>The reports of steps belong to the operation that they name, which has to exist.</summary>
    /// <typeparam name="T">The report.</typeparam>
    /// <param name="correlation">How they belong together.</param>
    protected static void Correlate<T>(IEventCorrelationConfigurator<TState, T> correlation)
        where T : class, IOperationMessage
    {
        correlation.CorrelateById(context => context.Message.Uuid);
        correlation.OnMissingInstance(missing => missing.Discard());
    }

    /// <summary>A command begins the operation that it names.</summary>
    /// <typeparam name="T">The command.</typeparam>
    /// <param name="correlation">How they belong together.</param>
    protected static void Begin<T>(IEventCorrelationConfigurator<TState, T> correlation)
        where T : class, IOperationMessage =>
        correlation.CorrelateById(context => context.Message.Uuid);

    /// <summary>What is done when something comes.</summary>
    /// <typeparam name="T">What comes.</typeparam>
    /// <param name="came">Its event.</param>
    /// <param name="decide">Does it, and says the next state.</param>
    protected EventActivityBinder<TState, T> On<T>(Event<T> came, Func<TState, T, State> decide)
        where T : class =>
        When(came).ThenAsync(context => context.TransitionToState(decide(context.Saga, context.Message)));

    /// <summary>What is done when a command begins the operation; one that is refused ends it.</summary>
    /// <typeparam name="T">The command.</typeparam>
    /// <param name="requested">Its event.</param>
    /// <param name="accept">Takes what the command says.</param>
    /// <param name="decide">Does what follows, and says the next state.</param>
    protected EventActivityBinder<TState, Requested<T>> OnRequested<T>(
        Event<Requested<T>> requested, Action<TState, T> accept, Func<TState, Requested<T>, State> decide)
        where T : class, IOperationMessage =>
        On(requested, (operation, request) =>
        {
            accept(operation, request.Command);
            operation.Begin(request.Requester, request.Parent);
            LogStarted(_kind, operation.CorrelationId);
            if (operation.WasCancelledBefore())
                return Cancel(operation);
            return request.Refusal is { } reason
                ? Fail(operation, StepName.Starting, reason)
                : decide(operation, request);
        });

    /// <summary>What is done when a worker has done what it was asked for.</summary>
    /// <typeparam name="TResult">What that gives.</typeparam>
    /// <param name="completed">Its event.</param>
    /// <param name="decide">Does what follows, and says the next state.</param>
    protected EventActivityBinder<TState, StepCompleted<TResult>> OnCompleted<TResult>(
        Event<StepCompleted<TResult>> completed, Func<TState, TResult, State> decide)
        where TResult : class =>
        On(completed, (operation, report) =>
        {
            operation.End(report.Command, report.Steps);
            operation.Record(report.Steps);
            return decide(operation, report.Result);
        });

    /// <summary>A failed step ends the operation.</summary>
    protected EventActivityBinder<TState, StepFailed> OnStepFailed() => On(StepFailed, (operation, report) =>
    {
        operation.End(report.Command, report.Steps, report.Kills);
        operation.Record(report.Steps);
        // Who cancelled it was ended before that was stored, and was first all the same.
        return report.Failure.Kind == Plugins.Outcomes.FailureKind.Cancelled ? Cancel(operation) : Fail(operation, operation.ErrorOf(report.Failure));
    });

    /// <summary>Once all parts have ended, the operation goes on, or fails with those that failed.</summary>
    /// <param name="ended">The end of a part.</param>
    /// <param name="waiting">The state in which it waits for the others.</param>
    /// <param name="error">Makes the operation's error.</param>
    /// <param name="goOn">Does what follows when none failed, and says the next state.</param>
    protected EventActivityBinder<TState, ChildEnded> OnChildEnded(
        Event<ChildEnded> ended, Func<State> waiting, Func<TState, OperationError> error, Func<TState, State> goOn) =>
        On(ended, (operation, child) =>
        {
            operation.Record(child);
            if (operation.Children.Any(other => !other.HasEnded))
                return waiting();
            return operation.FailedChildren.Any() ? Fail(operation, error(operation)) : goOn(operation);
        });

    /// <summary>Waits where another operation works on a plugin.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="plugin">The plugin.</param>
    /// <param name="waiting">The state in which it waits.</param>
    /// <param name="deadlock">Makes the error of an operation that would wait for itself.</param>
    /// <returns>The next state; <c>null</c> when it is this one's turn.</returns>
    protected State? Wait(TState operation, PluginReference plugin, State waiting, Func<OperationError> deadlock)
    {
        var turn = operation.TakeTurn(plugin);
        if (turn.IsDeadlock)
            return Fail(operation, deadlock());
        if (turn.WaitsFor is not { } other)
            return null;
        LogWaits(_kind, operation.CorrelationId, plugin, other);
        return waiting;
    }

    /// <summary>Ends the operation well.</summary>
    /// <param name="operation">The operation.</param>
    protected State Complete(TState operation)
    {
        LogCompleted(_kind, operation.PluginNamespace, operation.PluginName, operation.CorrelationId);
        operation.Complete();
        return Completed;
    }

    private State Cancel(TState operation)
    {
        operation.Cancel();
        return Failed;
    }

    /// <summary>Ends the operation in an error; nothing is left of its work.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="error">The error.</param>
    protected State Fail(TState operation, OperationError error)
    {
        LogFailed(_kind, operation.CorrelationId, error.ErrorId, error.Failure);
        operation.Fail(error);
        return Failed;
    }

    /// <summary>Ends the operation in an error of a step.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="step">The step.</param>
    /// <param name="reason">Why, in a sentence.</param>
    protected State Fail(TState operation, string step, string reason) =>
        Fail(operation, operation.ErrorOf(Plugins.Outcomes.StepFailure.Of(step, reason)));

    [LoggerMessage(LogLevel.Information, "{Kind} {Operation} waits for {Other}, which works on {Plugin}")]
    private partial void LogWaits(string kind, Guid operation, PluginReference plugin, Guid other);

    [LoggerMessage(LogLevel.Information, "{Kind} {Operation} starts")]
    private partial void LogStarted(string kind, Guid operation);

    [LoggerMessage(LogLevel.Information, "{Kind} of {Namespace}/{Name} completed: {Operation}")]
    private partial void LogCompleted(string kind, string? @namespace, string? name, Guid operation);

    [LoggerMessage(LogLevel.Warning, "{Kind} {Operation} failed: {ErrorId} {Failure}")]
    private partial void LogFailed(string kind, Guid operation, string errorId, JsonElement failure);
}

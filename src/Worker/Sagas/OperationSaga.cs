using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Logging;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Processes;
using WazoPlugind.Worker.Commands;
using WazoPlugind.Worker.Events;
using WazoPlugind.Worker.Steps;
using WazoPlugind.Worker.Steps.Build;

namespace WazoPlugind.Worker.Sagas;

/// <summary>
/// What the sagas share. A saga publishes and sends, each confirmed by the broker, before its new state is stored: killed in
/// between, it does the same again; and an event that it gets a second time finds it in a later state, with nothing left to do.
/// </summary>
/// <typeparam name="TState">The state.</typeparam>
internal abstract partial class OperationSaga<TState> : MassTransitStateMachine<TState>
    where TState : OperationState
{
    private readonly OperationKind _kind;
    private readonly OperationEvents _events;
    private readonly FairShare _shares;
    private readonly PluginTurns _turns;
    private readonly WorkspaceFactory _workspaces;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Sets up what the sagas share.</summary>
    protected OperationSaga(
        OperationKind kind,
        PlugindConfiguration configuration,
        OperationEvents events,
        FairShare shares,
        PluginTurns turns,
        WorkspaceFactory workspaces,
        TimeProvider time,
        ILogger logger)
    {
        (_kind, Configuration, _events, _shares, _turns, _workspaces, _time, _logger) = (kind, configuration, events, shares, turns, workspaces, time, logger);
        InstanceState(operation => operation.CurrentState);
        Event(() => StepFailed, Correlate);
        Event(() => TurnCame, Correlate);

        // What comes twice or late: whatever was built for an ended operation goes.
        OnUnhandledEvent(unhandled =>
        {
            if (unhandled.Saga.FinishedAt is not null)
                _workspaces.TryDelete(unhandled.Saga.CorrelationId);
            return Task.CompletedTask;
        });
    }

    /// <summary>It ended well.</summary>
    public State Completed { get; protected set; } = null!;

    /// <summary>It ended in an error.</summary>
    public State Failed { get; protected set; } = null!;

    /// <summary>A step failed.</summary>
    public Event<StepFailed> StepFailed { get; protected set; } = null!;

    /// <summary>The operation before it on the same plugin ended.</summary>
    public Event<TurnCame> TurnCame { get; protected set; } = null!;

    /// <summary>The effective configuration.</summary>
    protected PlugindConfiguration Configuration { get; }

    /// <summary>The reports of steps belong to the operation that they name, which has to exist.</summary>
    protected static void Correlate<T>(IEventCorrelationConfigurator<TState, T> correlation)
        where T : class, IOperationMessage
    {
        correlation.CorrelateById(context => context.Message.Uuid);
        correlation.OnMissingInstance(missing => missing.Discard());
    }

    /// <summary>Publishes a step, and waits for the broker's confirm.</summary>
    protected Task AnnounceAsync(BehaviorContext<TState> context, string step) =>
        _events.PublishAsync(_kind, context.Saga.CorrelationId, step, cancellationToken: context.CancellationToken);

    /// <summary>Sends a step to its queue, and waits for the broker's confirm.</summary>
    protected async Task SendAsync<T>(BehaviorContext<TState> context, string queue, T message)
        where T : class
    {
        // Not by way of the message itself: for that one a send that failed has failed, though it was mended.
        await context.ReceiveContext.SendEndpointProvider.SendToAsync(Configuration.Bus, queue, message, context.CancellationToken);
        FaultPoint.Reach(FaultPoint.SagaSent);
    }

    /// <summary>Sends a step to the queue of its kind, or to the one beside it, and waits for the broker's confirm.</summary>
    protected Task SendStepAsync<T>(BehaviorContext<TState> context, string queue, T message)
        where T : class =>
        SendAsync(context, context.Saga.IsOfBatch ? Queues.OfBatch(queue) : queue, message);

    /// <summary>A failed step ends the operation.</summary>
    protected EventActivityBinder<TState, StepFailed> WhenStepFailed() => When(StepFailed).ThenAsync(FailAsync).TransitionTo(Failed);

    /// <summary>A command begins the operation; one that is a dead letter ends what it never began.</summary>
    /// <typeparam name="T">The command.</typeparam>
    /// <param name="requested">Someone asks.</param>
    /// <param name="accept">Takes what the command says.</param>
    /// <param name="begin">What follows.</param>
    protected EventActivityBinder<TState, T> WhenRequested<T>(
        Event<T> requested, Action<TState, T> accept, Func<EventActivityBinder<TState, T>, EventActivityBinder<TState, T>> begin)
        where T : class =>
        When(requested)
            .Then(context => accept(context.Saga, context.Message))
            .Then(context => context.Saga.CreatedAt = _time.GetUtcNow())
            .IfElse(
                DeadLetterConsumer.IsDead,
                dead => dead
                    .ThenAsync(context => FailAsync(context, StepMessages.ErrorOf(context, StepName.Starting, DeadLetterConsumer.Reason)))
                    .TransitionTo(Failed),
                alive => begin(alive.ThenAsync(StartAsync)));

    /// <summary>Once all parts have ended, the operation goes on, or fails with those that failed.</summary>
    /// <param name="ended">The end of a part.</param>
    /// <param name="error">Makes the operation's error.</param>
    /// <param name="goOn">What follows when none failed.</param>
    protected EventActivityBinder<TState, ChildEnded> WhenChildrenEnded(
        Event<ChildEnded> ended,
        Func<TState, OperationError> error,
        Func<EventActivityBinder<TState, ChildEnded>, EventActivityBinder<TState, ChildEnded>> goOn) =>
        When(ended)
            .Then(context => context.Saga.Record(context.Message))
            .If(
                context => context.Saga.Children.All(child => child.HasEnded),
                all => all.IfElse(
                    context => context.Saga.FailedChildren.Any(),
                    failed => failed.ThenAsync(context => FailAsync(context, error(context.Saga))).TransitionTo(Failed),
                    goOn));

    private Task StartAsync(BehaviorContext<TState> context)
    {
        context.Saga.IsOfBatch = _shares.IsBeyond(context.Saga);
        LogStarted(_kind, context.Saga.CorrelationId);
        return AnnounceAsync(context, StepName.Starting);
    }

    /// <summary>Takes the turn on a plugin; where another operation has it, the state says which.</summary>
    /// <exception cref="PluginDeadlockException">The other one waits, in the end, for this one.</exception>
    protected void TakeTurn(TState state, PluginReference plugin)
    {
        state.WaitsFor = _turns.Take(plugin, state.CorrelationId, state.Parent?.Uuid);
        if (state.WaitsFor is { } other)
            LogWaits(_kind, state.CorrelationId, plugin, other);
    }

    /// <summary>Makes the error of an operation whose parts failed: it names them, with their reasons.</summary>
    /// <param name="state">The operation.</param>
    /// <param name="name">What they are called in the error's details.</param>
    /// <param name="error">Makes the error; it is given their names and reasons.</param>
    protected static OperationError WithChildren(TState state, string name, Func<string, OperationError> error) => OperationErrors.WithPlugins(
        error(string.Join(", ", state.FailedChildren.Select(child => $"{child.Plugin} ({OperationErrors.ReasonOf(child.Error!)})"))),
        name,
        state.FailedChildren.Select(child => (child.Plugin, child.Operation, child.Error!)));

    /// <summary>Ends the operation well.</summary>
    protected async Task CompleteAsync(BehaviorContext<TState> context)
    {
        _workspaces.TryDelete(context.Saga.CorrelationId);
        LogCompleted(_kind, context.Saga.PluginNamespace, context.Saga.PluginName, context.Saga.CorrelationId);
        await AnnounceAsync(context, StepName.Completed);
        await EndAsync(context);
    }

    /// <summary>Ends the operation in an error; nothing is left of its work.</summary>
    protected async Task FailAsync(BehaviorContext<TState> context, OperationError error)
    {
        _workspaces.TryDelete(context.Saga.CorrelationId);
        context.Saga.Error = error;
        LogFailed(_kind, context.Saga.CorrelationId, error.ErrorId, error.Details);
        await _events.PublishAsync(_kind, context.Saga.CorrelationId, StepName.Error, error, context.CancellationToken);
        await EndAsync(context);
    }

    /// <summary>Takes the failure of a step.</summary>
    protected Task FailAsync(BehaviorContext<TState, StepFailed> context)
    {
        context.Saga.NewSteps.AddRange(context.Message.Steps);
        return FailAsync(context, context.Message.Error);
    }

    // Tells those who wait for it. What they wait for is stored after that, with the operation's end: an end that is
    // worked on again tells them again.
    private async Task EndAsync(BehaviorContext<TState> context)
    {
        var saga = context.Saga;
        saga.FinishedAt = _time.GetUtcNow();
        saga.WaitsFor = null;
        if (saga.Parent is { } parent)
        {
            var ended = new ChildEnded { Uuid = parent.Uuid, Child = saga.CorrelationId, Error = saga.Error };
            await SendAsync(context, Queues.Operations, ended);
        }

        foreach (var next in _turns.Pass(saga.CorrelationId))
            await SendAsync(context, Queues.Operations, new TurnCame { Uuid = next });
    }

    [LoggerMessage(LogLevel.Information, "{Kind} {Operation} waits for {Other}, which works on {Plugin}")]
    private partial void LogWaits(OperationKind kind, Guid operation, PluginReference plugin, Guid other);

    [LoggerMessage(LogLevel.Information, "{Kind} {Operation} starts")]
    private partial void LogStarted(OperationKind kind, Guid operation);

    [LoggerMessage(LogLevel.Information, "{Kind} of {Namespace}/{Name} completed: {Operation}")]
    private partial void LogCompleted(OperationKind kind, string? @namespace, string? name, Guid operation);

    [LoggerMessage(LogLevel.Warning, "{Kind} {Operation} failed: {ErrorId} {Details}")]
    private partial void LogFailed(OperationKind kind, Guid operation, string errorId, JsonElement details);
}

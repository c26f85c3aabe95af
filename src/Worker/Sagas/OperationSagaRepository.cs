using MassTransit;
using MassTransit.Context;
using MassTransit.Saga;
using WazoPlugind.Operations.Outbox;
using WazoPlugind.Processes;
using WazoPlugind.Worker.Commands;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Sagas;

/// <summary>
/// Lets MassTransit run a transition inside the writer's transaction: the arrived message, the new state and what follows from it are
/// stored together, or not at all.
/// </summary>
/// <typeparam name="TState">The state.</typeparam>
/// <param name="writer">Runs the transitions, one after the other.</param>
/// <param name="states">Reads and stores them.</param>
/// <param name="intake">Takes the requests.</param>
/// <param name="factory">Makes the contexts of the sagas.</param>
internal sealed class OperationSagaRepository<TState>(
    OrchestratorWriter writer, OperationStates states, RequestIntake intake, ISagaConsumeContextFactory<OperationTransaction, TState> factory)
    : ISagaRepositoryContextFactory<TState>
    where TState : OperationState, new()
{
    /// <inheritdoc/>
    public void Probe(ProbeContext context) => context.Add("persistence", "sqlite");

    /// <inheritdoc/>
    /// <exception cref="RejectedCommandException">The command names an operation of another kind.</exception>
    public Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TState, T>> next)
        where T : class
    {
        var operation = context.CorrelationId ?? throw new InvalidOperationException("an event without an operation");
        var request = context.Message as IRequested;
        // A command that others send need not have one: its uuid is known again.
        var message = context.MessageId ?? (request is not null ? Guid.Empty : throw new InvalidOperationException("an event without an id"));
        return writer.WriteAsync(
            async transaction =>
            {
                var state = states.Find(transaction, operation);
                if (state is not null and not TState)
                {
                    // Each report goes by all sagas.
                    if (request is not null)
                        throw new RejectedCommandException($"operation {operation} is one of another kind");
                    return;
                }

                if (request is not null && state is not null)
                    intake.Compare(transaction, request);
                if (request is null ? IsDone(transaction, state, operation, message) : IsKnown(transaction, state, message))
                    return;
                if (request is not null && !intake.TryTake(transaction, request))
                    return;
                if (context.Message is IStepReport report)
                    transaction.Answer(report.Command);
                await next.Send(new RepositoryContext<T>(transaction, (TState?)state, states, factory, context));
                FaultPoint.Reach(FaultPoint.SagaChanged, (typeof(T).GenericTypeArguments is [var of] ? of : typeof(T)).Name);
            },
            context.CancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: sagas are found by their uuid.</exception>
    public Task SendQuery<T>(ConsumeContext<T> context, ISagaQuery<TState> query, IPipe<SagaRepositoryQueryContext<TState, T>> next)
        where T : class =>
        throw new NotSupportedException("Sagas are found by their uuid only.");

    // The same uuid is the same operation.
    private static bool IsKnown(OperationTransaction transaction, OperationState? state, Guid message)
    {
        transaction.Answer(message);
        return state is not null;
    }

    // What comes twice, or after the end.
    private static bool IsDone(OperationTransaction transaction, OperationState? state, Guid operation, Guid message)
    {
        if (state is { FinishedAt: null })
            return !transaction.TryTake(operation, message);
        transaction.Answer(message);
        return true;
    }

    private sealed class RepositoryContext<TMessage>(
        OperationTransaction transaction,
        TState? found,
        OperationStates states,
        ISagaConsumeContextFactory<OperationTransaction, TState> factory,
        ConsumeContext<TMessage> context)
        : ConsumeContextScope<TMessage>(context), SagaRepositoryContext<TState, TMessage>
        where TMessage : class
    {
        public Task<SagaConsumeContext<TState, TMessage>> Add(TState instance)
        {
            states.Attach(instance, transaction);
            return factory.CreateSagaConsumeContext(transaction, this, instance, SagaConsumeContextMode.Add);
        }

        public Task<SagaConsumeContext<TState, TMessage>?> Insert(TState instance) => Task.FromResult<SagaConsumeContext<TState, TMessage>?>(null);

        public async Task<SagaConsumeContext<TState, TMessage>?> Load(Guid correlationId) =>
            found is null ? null : await factory.CreateSagaConsumeContext(transaction, this, found, SagaConsumeContextMode.Load);

        public Task Save(SagaConsumeContext<TState> saga) => Update(saga);

        public Task Update(SagaConsumeContext<TState> saga)
        {
            states.Save(saga.Saga, transaction);
            return Task.CompletedTask;
        }

        // Ended operations are history, and pruned.
        public Task Delete(SagaConsumeContext<TState> saga) => Task.CompletedTask;

        public Task Discard(SagaConsumeContext<TState> saga) => Task.CompletedTask;

        public Task Undo(SagaConsumeContext<TState> saga) => Task.CompletedTask;

        public Task<SagaConsumeContext<TState, T>> CreateSagaConsumeContext<T>(
            ConsumeContext<T> consumeContext, TState instance, SagaConsumeContextMode mode)
            where T : class =>
            factory.CreateSagaConsumeContext(transaction, consumeContext, instance, mode);
    }
}

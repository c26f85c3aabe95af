using MassTransit;
using MassTransit.Context;
using MassTransit.Saga;
using WazoPlugind.Processes;

namespace WazoPlugind.Worker.Sagas;

/// <summary>Lets MassTransit load and store the states of sagas in the <see cref="OperationStore"/>; by their uuid only.</summary>
/// <typeparam name="TState">The state.</typeparam>
/// <param name="store">Keeps them.</param>
/// <param name="locks">Let one event of an operation in at a time.</param>
/// <param name="shares">Are told what is stored.</param>
/// <param name="factory">Makes the contexts of the sagas.</param>
internal sealed class OperationSagaRepository<TState>(
    OperationStore store, OperationLocks locks, FairShare shares, ISagaConsumeContextFactory<OperationStore, TState> factory)
    : ISagaRepositoryContextFactory<TState>
    where TState : OperationState, new()
{
    /// <inheritdoc/>
    public void Probe(ProbeContext context) => context.Add("persistence", "sqlite");

    /// <inheritdoc/>
    public async Task Send<T>(ConsumeContext<T> context, IPipe<SagaRepositoryContext<TState, T>> next)
        where T : class
    {
        var operation = context.CorrelationId ?? throw new InvalidOperationException("an event without an operation");
        try
        {
            await locks.RunAsync(operation, () => next.Send(new RepositoryContext<T>(store, factory, context)), context.CancellationToken);
        }
        finally
        {
            shares.EndBeginning(operation);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always: sagas are found by their uuid.</exception>
    public Task SendQuery<T>(ConsumeContext<T> context, ISagaQuery<TState> query, IPipe<SagaRepositoryQueryContext<TState, T>> next)
        where T : class =>
        throw new NotSupportedException("Sagas are found by their uuid only.");

    private sealed class RepositoryContext<TMessage>(
        OperationStore store, ISagaConsumeContextFactory<OperationStore, TState> factory, ConsumeContext<TMessage> context)
        : ConsumeContextScope<TMessage>(context), SagaRepositoryContext<TState, TMessage>
        where TMessage : class
    {
        public Task<SagaConsumeContext<TState, TMessage>> Add(TState instance) =>
            factory.CreateSagaConsumeContext(store, this, instance, SagaConsumeContextMode.Add);

        public Task<SagaConsumeContext<TState, TMessage>?> Insert(TState instance) => Task.FromResult<SagaConsumeContext<TState, TMessage>?>(null);

        public async Task<SagaConsumeContext<TState, TMessage>?> Load(Guid correlationId) =>
            store.Find<TState>(correlationId) is { } state
                ? await factory.CreateSagaConsumeContext(store, this, state, SagaConsumeContextMode.Load)
                : null;

        public Task Save(SagaConsumeContext<TState> saga) => Update(saga);

        public Task Update(SagaConsumeContext<TState> saga)
        {
            FaultPoint.Reach(FaultPoint.SagaSaving);
            store.Save(saga.Saga);
            FaultPoint.Reach(FaultPoint.SagaSaved);
            return Task.CompletedTask;
        }

        // Ended operations are history, and pruned by the store.
        public Task Delete(SagaConsumeContext<TState> saga) => Task.CompletedTask;

        public Task Discard(SagaConsumeContext<TState> saga) => Task.CompletedTask;

        public Task Undo(SagaConsumeContext<TState> saga) => Task.CompletedTask;

        public Task<SagaConsumeContext<TState, T>> CreateSagaConsumeContext<T>(
            ConsumeContext<T> consumeContext, TState instance, SagaConsumeContextMode mode)
            where T : class =>
            factory.CreateSagaConsumeContext(store, consumeContext, instance, mode);
    }
}

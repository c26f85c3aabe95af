using MassTransit;
using MassTransit.Configuration;
using MassTransit.Saga;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Operations;
using WazoPlugind.Operations.Locks;
using WazoPlugind.Operations.Outbox;
using WazoPlugind.Operations.Schema;
using WazoPlugind.Operations.Secrets;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Installation;
using WazoPlugind.Worker.Bus;
using WazoPlugind.Worker.Commands;
using WazoPlugind.Worker.Events;
using WazoPlugind.Worker.Outbox;
using WazoPlugind.Worker.Sagas;
using WazoPlugind.Worker.Sagas.Install;
using WazoPlugind.Worker.Sagas.Plan;
using WazoPlugind.Worker.Sagas.Uninstall;
using WazoPlugind.Worker.Sagas.UpdateAll;
using WazoPlugind.Worker.Steps;

namespace WazoPlugind.Worker.Orchestration;

/// <summary>Adds the orchestrator to a worker.</summary>
internal static class OrchestratorSetup
{
    /// <summary>Adds the sagas and what else takes messages; what no queue uses is not built.</summary>
    /// <param name="bus">The bus.</param>
    public static void AddOrchestrator(this IBusRegistrationConfigurator bus)
    {
        bus.AddSagaStateMachine<InstallSaga, InstallState>().Repository(UseOperations);
        bus.AddSagaStateMachine<UninstallSaga, UninstallState>().Repository(UseOperations);
        bus.AddSagaStateMachine<UpdateAllSaga, UpdateAllState>().Repository(UseOperations);
        bus.AddSagaStateMachine<PlanSaga, PlanState>().Repository(UseOperations);
        bus.AddConsumer<StepBeganConsumer>();
        bus.AddConsumer<StepPostponedConsumer>();
        bus.AddConsumer<StepsHeldConsumer>();
        bus.AddConsumer<RejectedCommandConsumer>();
        bus.AddConsumer<WithdrawalConsumer>();
        bus.AddConsumer<CancellationConsumer>();
        bus.AddConsumer<DeadLetterConsumer>();
        foreach (var command in CommandKind.All)
            command.AddDeadLettersTo(bus);
    }

    /// <summary>Adds what stores and sends.</summary>
    /// <param name="services">The process's services.</param>
    /// <param name="configuration">The effective configuration.</param>
    public static void AddOrchestrator(this IServiceCollection services, PlugindConfiguration configuration)
    {
        services.AddSingleton(provider => new OperationDatabase(
            configuration.Operations.DatabaseFiles(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<OperationDatabase>>()));
        services.AddSingleton(_ => new OrchestratorLock(configuration.Operations.Database));
        services.AddSingleton(_ => new OperationSecrets(configuration.Operations.Database));
        services.AddSingleton<OperationWriter>();
        services.AddSingleton<OrchestratorWriter>();
        services.AddSingleton<OutboxMessages>();
        services.AddSingleton<EndPublisher>();
        services.AddSingleton<IOutboxTransport, OutboxTransport>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<OutboxDispatcher>(
            provider, StepRegistry.All.Select(step => step.Queue.Name).Distinct()));
        services.AddSingleton<OperationStates>();
        services.AddSingleton<RemovalPlanner>();
        services.AddSingleton<PlanDocument>();
        services.AddSingleton<RequestIntake>();
        services.AddSingleton<OperationCancellations>();
        services.AddSingleton<CancelledReplies>();
        services.TryAddSingleton(provider => new OperationQueries(
            configuration.Operations.Database, provider.GetRequiredService<ILogger<OperationQueries>>()));
        services.AddSingleton<IEndedOperations, EndedOperations>();
        services.AddSingleton(_ => new BrokerConnection(configuration.Bus, "wazo-plugind queues"));
        services.AddSingleton<WorkQueues>();
        services.AddSingleton<Orchestrator>();
        services.AddSingleton<LostMessages>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<OrchestratorKills>(
            provider,
            new StepAttempts(Directory.CreateDirectory(configuration.Operations.Database + ".orchestrator").FullName, provider.GetRequiredService<TimeProvider>()),
            new StepGate(provider.GetRequiredService<TimeProvider>())));
        if (configuration.Bus.Transport == BusConfiguration.InMemory)
        {
            services.AddSingleton<IWazoEventPublisher, JsonLinesEventPublisher>();
            services.AddSingleton<ICommandPublisher, OutboxCommandPublisher>();
        }
        else
        {
            services.AddSingleton<IWazoEventPublisher, RabbitMqEventPublisher>();
        }
    }

    private static void UseOperations<T>(ISagaRepositoryRegistrationConfigurator<T> repository)
        where T : OperationState, new() =>
        repository.RegisterSagaRepository<T, OperationTransaction, SagaConsumeContextFactory<OperationTransaction, T>, OperationSagaRepository<T>>();
}

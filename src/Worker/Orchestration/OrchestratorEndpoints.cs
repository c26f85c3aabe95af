using System.Net.Mime;
using MassTransit;
using MassTransit.Serialization;
using Microsoft.Extensions.DependencyInjection;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Worker.Bus;
using WazoPlugind.Worker.Commands;
using WazoPlugind.Worker.Sagas;
using WazoPlugind.Worker.Sagas.Install;
using WazoPlugind.Worker.Sagas.Plan;
using WazoPlugind.Worker.Sagas.Uninstall;
using WazoPlugind.Worker.Sagas.UpdateAll;

namespace WazoPlugind.Worker.Orchestration;

/// <summary>The queues of the orchestrator.</summary>
internal static class OrchestratorEndpoints
{
    private const int Concurrency = 16;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<BusEndpoint> All { get; } =
    [
        new(Queues.Commands, Concurrency, (context, queue) => ConfigureCommands(context, queue, isOurs: false)),
        new(Queues.Requests, Concurrency, (context, queue) => ConfigureCommands(context, queue, isOurs: true)),
        new(Queues.Operations, Concurrency, (context, queue) =>
        {
            ConfigureSagas(context, queue);
            queue.ConfigureConsumer<StepBeganConsumer>(context);
            queue.ConfigureConsumer<StepPostponedConsumer>(context);
            queue.ConfigureConsumer<StepsHeldConsumer>(context);
        }),
        new(Queues.DeadLetters, 1, (context, queue) =>
        {
            queue.AddDeserializer(new CommandDeserializer(MediaTypeNames.Application.Json, isOurs: false), isDefault: true);
            queue.ConfigureConsumer<DeadLetterConsumer>(context);
            // What is not too late for its operation is not too late.
            queue.ConfigureConsumer<CancellationConsumer>(context);
            foreach (var command in CommandKind.All)
                command.AddDeadLettersTo(context, queue);
        }),
    ];

    private static void ConfigureCommands(IBusRegistrationContext context, IReceiveEndpointConfigurator queue, bool isOurs)
    {
        queue.AddDeserializer(new CommandDeserializer(MediaTypeNames.Application.Json, isOurs), isDefault: true);
        if (isOurs)
            queue.ConfigureConsumer<WithdrawalConsumer>(context);
        else
            queue.AddDeserializer(new CommandDeserializer(SystemTextJsonMessageSerializer.JsonContentType.MediaType, isOurs));
        ConfigureSagas(context, queue);
        queue.ConfigureConsumer<RejectedCommandConsumer>(context);
        queue.ConfigureConsumer<CancellationConsumer>(context);
    }

    private static void ConfigureSagas(IBusRegistrationContext context, IReceiveEndpointConfigurator queue)
    {
        queue.UseFilter(context.GetRequiredService<OrchestratorKills>());
        queue.UseFilter(ActivatorUtilities.CreateInstance<UnexpectedFailure>(context));
        queue.UseMessageRetry(retry =>
        {
            retry.Ignore<RejectedCommandException>();
            retry.Exponential(5, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(500));
        });
        queue.ConfigureSaga<InstallState>(context);
        queue.ConfigureSaga<UninstallState>(context);
        queue.ConfigureSaga<UpdateAllState>(context);
        queue.ConfigureSaga<PlanState>(context);
    }
}

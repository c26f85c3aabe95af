using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using WazoPlugind.Operations.Changes;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Worker.Steps.Build;

namespace WazoPlugind.Worker.Steps;

/// <summary>Adds the steps to a worker.</summary>
internal static class StepSetup
{
    /// <summary>Adds the consumers of all steps to the bus: what no queue uses is not built.</summary>
    /// <param name="bus">The bus.</param>
    public static void AddSteps(this IBusRegistrationConfigurator bus)
    {
        foreach (var step in StepRegistry.All)
            step.AddTo(bus);
    }

    /// <summary>Adds what runs the steps of some roles; <see cref="IEndedOperations"/> and what the steps themselves need are others'.</summary>
    /// <param name="services">The process's services.</param>
    /// <param name="configuration">Says the transport.</param>
    /// <param name="roles">The roles.</param>
    public static void AddSteps(this IServiceCollection services, PlugindConfiguration configuration, IReadOnlyCollection<string> roles)
    {
        services.AddSingleton<WorkspaceFactory>();
        services.AddHostedService<WorkspaceSweeper>();
        services.AddSingleton<IReportSender, BusReportSender>();
        services.AddSingleton<StepReports>();
        services.AddSingleton<StepTurns>();
        services.AddSingleton<StepPlaces>();
        services.AddSingleton<StepGate>();
        services.AddSingleton<StepRoom>();
        services.AddSingleton<StepRuns>();
        services.AddSingleton<HeldSteps>();
        services.TryAddSingleton(_ => new OperationChanges(configuration.Operations.Database));
        services.AddHostedService<CancelledSteps>();
        services.AddSingleton<StepExecution>();
        foreach (var step in StepRegistry.All)
            step.AddTo(services);
        // In memory nothing is lost that this process does not lose with it.
        if (configuration.Bus.Transport != BusConfiguration.InMemory && StepRegistry.All.Any(step => roles.Contains(step.Queue.Role)))
            services.AddHostedService<HeldStepsReporter>();
    }
}

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WazoPlugind.Plugins.Installation;
using WazoPlugind.Worker.Orchestration;
using WazoPlugind.Worker.Steps.Build;

namespace WazoPlugind.Worker;

/// <summary>Prepares what a worker needs before it takes work, while the bus connects.</summary>
/// <param name="services">Has what is prepared.</param>
/// <param name="roles">What the worker does.</param>
internal sealed class WorkerPreparation(IServiceProvider services, IReadOnlyCollection<string> roles) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.Run(PrepareAsync, CancellationToken.None).WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task PrepareAsync()
    {
        if (roles.Contains(WorkerRoles.Build))
            services.GetRequiredService<WorkspaceFactory>().Prepare();
        if (roles.Contains(WorkerRoles.Orchestrate))
            services.GetRequiredService<Orchestrator>().Prepare();
        if (roles.Contains(WorkerRoles.Install) && Environment.IsPrivilegedProcess)
            await services.GetRequiredService<PackageRepair>().RunAsync();
    }
}

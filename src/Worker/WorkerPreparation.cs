using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using WazoPlugind.Plugins.Installation;
using WazoPlugind.Worker.Orchestration;
using WazoPlugind.Worker.Sagas.Install;
using WazoPlugind.Worker.Sagas.Uninstall;
using WazoPlugind.Worker.Sagas.UpdateAll;
using WazoPlugind.Worker.Steps.Build;

namespace WazoPlugind.Worker;

/// <summary>Prepares what a worker needs before it takes work, beside the building of the bus: that takes as long.</summary>
/// <param name="services">Has what is prepared.</param>
/// <param name="roles">What the worker does.</param>
internal sealed class WorkerPreparation(IServiceProvider services, IReadOnlyCollection<string> roles) : IHostedService
{
    private Task? _prepared;

    /// <summary>Begins, unless that was done before: the host starts its services once all of them are built.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _prepared ??= Task.WhenAll(Task.Run(PrepareAsync, CancellationToken.None), Task.Run(MakeSagas, CancellationToken.None));
        return _prepared.WaitAsync(cancellationToken);
    }

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

    // Describing the state machines takes longer than anything else of them.
    private void MakeSagas()
    {
        if (!roles.Contains(WorkerRoles.Orchestrate))
            return;
        foreach (var saga in (Type[])[typeof(InstallSaga), typeof(UninstallSaga), typeof(UpdateAllSaga)])
            services.GetRequiredService(saga);
    }
}

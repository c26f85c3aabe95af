using Microsoft.Extensions.Hosting;
using WazoPlugind.Plugins.Installation;
using WazoPlugind.Worker.Build;
using WazoPlugind.Worker.Operations;

namespace WazoPlugind.Worker;

/// <summary>Prepares what a worker keeps on the disk, before it takes work; while the bus is being built.</summary>
internal sealed class WorkerPreparation : IHostedService
{
    private readonly Task _prepared;

    /// <summary>Begins.</summary>
    /// <param name="workspaces">The work directories, for a builder.</param>
    /// <param name="store">The operations, for an orchestrator.</param>
    /// <param name="repair">The packages, for an installer.</param>
    /// <param name="abandoned">What an orchestrator without a broker left.</param>
    public WorkerPreparation(WorkspaceFactory? workspaces, OperationStore? store, PackageRepair? repair, AbandonedOperations? abandoned) =>
        _prepared = Task.Run(() => PrepareAsync(workspaces, store, repair, abandoned));

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => _prepared.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task PrepareAsync(
        WorkspaceFactory? workspaces, OperationStore? store, PackageRepair? repair, AbandonedOperations? abandoned)
    {
        workspaces?.Prepare();
        store?.Prepare();
        if (repair is not null && Environment.IsPrivilegedProcess)
            await repair.RunAsync();
        if (abandoned is not null)
            await abandoned.EndAsync();
    }
}

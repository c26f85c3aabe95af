using Microsoft.Extensions.Hosting;
using WazoPlugind.Plugins.Installation;
using WazoPlugind.Worker.Build;
using WazoPlugind.Worker.Operations;

namespace WazoPlugind.Worker;

/// <summary>Prepares what a worker keeps on the disk, before it takes work.</summary>
/// <param name="workspaces">The work directories, for a builder.</param>
/// <param name="store">The operations, for an orchestrator.</param>
/// <param name="repair">The packages, for an installer.</param>
internal sealed class WorkerPreparation(WorkspaceFactory? workspaces, OperationStore? store, PackageRepair? repair) : IHostedService
{
    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        workspaces?.Prepare();
        store?.Prepare();
        if (repair is not null && Environment.IsPrivilegedProcess)
            await repair.RunAsync();
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

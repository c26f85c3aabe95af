using Microsoft.Extensions.Hosting;
using WazoPlugind.Worker.Build;
using WazoPlugind.Worker.Operations;

namespace WazoPlugind.Worker;

/// <summary>Prepares what a worker keeps on the disk, before it takes work.</summary>
/// <param name="workspaces">The work directories, for a builder.</param>
/// <param name="store">The operations, for an orchestrator.</param>
internal sealed class WorkerPreparation(WorkspaceFactory? workspaces, OperationStore? store) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        workspaces?.Prepare();
        store?.Prepare();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

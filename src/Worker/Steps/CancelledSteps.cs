using Microsoft.Extensions.Hosting;
using WazoPlugind.Operations.Changes;

namespace WazoPlugind.Worker.Steps;

/// <summary>Ends the work on operations that are cancelled. It looks when the operations have changed, and this process works on any.</summary>
/// <param name="held">Knows what is under way here.</param>
/// <param name="changes">Tells that operations have changed.</param>
/// <param name="ended">Knows which they are; a builder on another machine does not.</param>
/// <param name="time">The clock of the pauses.</param>
internal sealed class CancelledSteps(HeldSteps held, OperationChanges changes, IEndedOperations ended, TimeProvider time) : BackgroundService
{
    // What changes in between is looked at once.
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await held.First.WaitAsync(stoppingToken);
        using var watch = changes.Watch();
        while (true)
        {
            foreach (var operation in ended.CancelledAmong(held.Operations))
                held.Cancel(operation);
            await watch.NextAsync(stoppingToken);
            await Task.Delay(Together, time, stoppingToken);
        }
    }
}

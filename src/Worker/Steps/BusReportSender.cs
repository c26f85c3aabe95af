using WazoPlugind.Hosting.Broker;
using WazoPlugind.Worker.Bus;

namespace WazoPlugind.Worker.Steps;

/// <summary>
/// Sends reports by themselves, not through the delivery that they answer: that one's channel ends with the connection or with its
/// queue, and the step goes on. The orchestrator answers them where an operation is cancelled.
/// </summary>
internal sealed class BusReportSender : IReportSender
{
    private readonly WorkQueues _queues;

    /// <summary>Has what is cancelled ended here.</summary>
    /// <param name="queues">Sends.</param>
    /// <param name="held">Knows what is under way here.</param>
    public BusReportSender(WorkQueues queues, HeldSteps held)
    {
        _queues = queues;
        _queues.Cancelled = held.Cancel;
    }

    /// <inheritdoc/>
    public Task SendAsync(object report, Guid message, CancellationToken cancellationToken) =>
        _queues.SendAsync(Queues.Operations, report, message, cancellationToken);
}

using WazoPlugind.Hosting.Broker;
using WazoPlugind.Worker.Bus;

namespace WazoPlugind.Worker.Steps;

/// <summary>
/// Sends reports by themselves, not through the delivery that they answer: that one's channel ends with the connection or with its
/// queue, and the step goes on.
/// </summary>
/// <param name="queues">Sends.</param>
internal sealed class BusReportSender(WorkQueues queues) : IReportSender
{
    /// <inheritdoc/>
    public Task SendAsync(object report, Guid message, CancellationToken cancellationToken) =>
        queues.SendAsync(Queues.Operations, report, message, cancellationToken);
}

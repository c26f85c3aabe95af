using MassTransit;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Worker.Bus;

namespace WazoPlugind.Worker.Steps;

/// <summary>
/// Sends reports through the bus, not through the delivery that they answer: that one's channel ends with the connection or with its
/// queue, and the step goes on.
/// </summary>
/// <param name="bus">The bus.</param>
/// <param name="queues">Declares the queue, should it be gone.</param>
internal sealed class BusReportSender(IBus bus, WorkQueues queues) : IReportSender
{
    /// <inheritdoc/>
    public Task SendAsync(object report, Guid message, CancellationToken cancellationToken) =>
        queues.SendAsync(bus, Queues.Operations, report, cancellationToken, context => context.MessageId = message);
}

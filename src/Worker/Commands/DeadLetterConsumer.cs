using MassTransit;
using Microsoft.Extensions.Logging;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Worker.Bus;
using WazoPlugind.Worker.Steps;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Commands;

/// <summary>
/// Ends the operation of a step that the broker has dropped, by way of its saga, and hands the message to the error queue, where it can
/// be looked at. A report that was dropped is made again: what asked for it is sent again.
/// </summary>
/// <param name="queues">Sends.</param>
/// <param name="logger">Is told.</param>
internal sealed partial class DeadLetterConsumer(WorkQueues queues, ILogger<DeadLetterConsumer> logger) : IConsumer<IOperationMessage>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<IOperationMessage> context)
    {
        var type = context.SupportedMessageTypes.First().Split(':')[^1];
        // Those have consumers of their own.
        if (type.StartsWith("Requested", StringComparison.Ordinal))
            return;
        var reason = DeadLetter.ReasonOf(context);
        LogDead(type, context.Message.Uuid, reason);
        if (StepRegistry.FindByMessage(type) is { } step && context.MessageId is { } command)
        {
            var failed = new StepFailed { Uuid = context.Message.Uuid, Command = command, Steps = [], Failure = StepFailure.Of(step.FirstStep, reason) };
            await queues.SendAsync(Queues.Operations, failed, MessageIds.ReportOf(command), context.CancellationToken);
        }

        await ErrorQueue.TakeAsync(context.ReceiveContext, new RejectedCommandException($"{type}: {reason}"));
    }

    [LoggerMessage(LogLevel.Error, "{MessageType} of operation {Operation} was dropped by the broker: {Reason}")]
    private partial void LogDead(string messageType, Guid operation, string reason);
}

using MassTransit;
using Microsoft.Extensions.Logging;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Messages;
using WazoPlugind.Worker.Bus;

namespace WazoPlugind.Worker.Commands;

/// <summary>Ends the operation of a command that the broker has dropped, unless it had begun.</summary>
/// <typeparam name="TCommand">The command.</typeparam>
/// <param name="queues">Sends.</param>
/// <param name="logger">Is told.</param>
internal sealed partial class DeadRequestConsumer<TCommand>(WorkQueues queues, ILogger<DeadRequestConsumer<TCommand>> logger)
    : IConsumer<Requested<TCommand>>
    where TCommand : class, IOperationMessage
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<Requested<TCommand>> context)
    {
        var reason = DeadLetter.ReasonOf(context);
        LogDead(typeof(TCommand).Name, context.Message.Uuid, reason);
        if (context.Message.Refusal is null)
            await queues.SendAsync(Queues.Requests, context.Message with { Refusal = reason }, Guid.NewGuid(), context.CancellationToken);
        await ErrorQueue.TakeAsync(context.ReceiveContext, new RejectedCommandException(reason));
    }

    [LoggerMessage(LogLevel.Error, "{Command} of operation {Operation} was dropped by the broker: {Reason}")]
    private partial void LogDead(string command, Guid operation, string reason);
}

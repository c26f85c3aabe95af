using System.Text.Json.Nodes;
using MassTransit;
using Microsoft.Extensions.Logging;
using WazoPlugind.Worker.Bus;
using WazoPlugind.Worker.Sagas;

namespace WazoPlugind.Worker.Commands;

/// <summary>Ends the operation of a command that cannot be carried out, and hands the command to the error queue.</summary>
/// <param name="writer">Stores the end.</param>
/// <param name="states">Knows the operations.</param>
/// <param name="logger">Is told.</param>
internal sealed partial class RejectedCommandConsumer(OrchestratorWriter writer, OperationStates states, ILogger<RejectedCommandConsumer> logger)
    : IConsumer<RejectedCommand>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<RejectedCommand> context)
    {
        var command = context.Message;
        LogRejected(command.Uuid, command.Reason);
        if (command.Uuid is { } operation)
        {
            var error = OperationErrors.Refused(command.Reason, command.Errors.Length > 0 ? JsonNode.Parse(command.Errors)!.AsObject() : null);
            await writer.WriteAsync(transaction => states.Refuse(operation, command.Action, error, transaction), context.CancellationToken);
        }

        await ErrorQueue.TakeAsync(context.ReceiveContext, new RejectedCommandException(command.Reason));
    }

    [LoggerMessage(LogLevel.Warning, "A command from the bus is refused, operation {Operation}: {Reason}")]
    private partial void LogRejected(Guid? operation, string reason);
}

using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit;
using Microsoft.Extensions.Logging;
using WazoPlugind.Messages;
using WazoPlugind.Worker.Events;

namespace WazoPlugind.Worker.Commands;

/// <summary>Ends the operation of a command that cannot be carried out, and hands the command to the error queue.</summary>
/// <param name="events">Publishes the end.</param>
/// <param name="logger">Is told.</param>
internal sealed partial class RejectedCommandConsumer(OperationEvents events, ILogger<RejectedCommandConsumer> logger) : IConsumer<RejectedCommand>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<RejectedCommand> context)
    {
        var command = context.Message;
        LogRejected(command.Uuid, command.Reason);
        if (command.Uuid is { } operation)
        {
            var details = command.Errors.Length > 0 ? JsonNode.Parse(command.Errors)!.AsObject() : new JsonObject { ["reason"] = command.Reason };
            var error = new OperationError("invalid-data", "Invalid data", JsonSerializer.SerializeToElement(details));
            var kind = command.IsUninstall ? OperationKind.Uninstall : OperationKind.Install;
            await events.PublishAsync(kind, operation, StepName.Error, error, context.CancellationToken);
        }

        throw new RejectedCommandException(command.Reason);
    }

    [LoggerMessage(LogLevel.Warning, "A command from the bus is refused, operation {Operation}: {Reason}")]
    private partial void LogRejected(Guid? operation, string reason);
}

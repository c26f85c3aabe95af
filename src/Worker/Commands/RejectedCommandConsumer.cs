using System.Text.Json.Nodes;
using MassTransit;
using Microsoft.Extensions.Logging;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Outbox;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Worker.Events;
using WazoPlugind.Worker.Sagas;

namespace WazoPlugind.Worker.Commands;

/// <summary>Announces the end of a command that cannot be carried out, and hands the command to the error queue.</summary>
/// <param name="writer">Stores what is announced.</param>
/// <param name="configuration">Says the platform's UUID.</param>
/// <param name="time">The clock of the events.</param>
/// <param name="logger">Is told.</param>
internal sealed partial class RejectedCommandConsumer(
    OrchestratorWriter writer, PlugindConfiguration configuration, TimeProvider time, ILogger<RejectedCommandConsumer> logger)
    : IConsumer<RejectedCommand>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<RejectedCommand> context)
    {
        var command = context.Message;
        LogRejected(command.Uuid, command.Reason);
        if (command.Uuid is { } operation)
            await writer.WriteAsync(transaction => Announce(command, operation, transaction), context.CancellationToken);
        throw new RejectedCommandException(command.Reason);
    }

    private void Announce(RejectedCommand command, Guid operation, OperationTransaction transaction)
    {
        // Another operation's uuid: what becomes of that is not told by this.
        if (transaction.Query<int>("SELECT 1 FROM operations WHERE uuid = @uuid", new { uuid = operation.ToString() }).Count > 0)
            return;
        var error = OperationErrors.Refused(command.Reason, command.Errors.Length > 0 ? JsonNode.Parse(command.Errors)!.AsObject() : null);
        transaction.Send(WazoEvent.Create(command.Action, operation, StepName.Error, error, configuration.Uuid, time).ToMessage(requester: ""));
        if (EndMessage.IsWanted(configuration))
        {
            transaction.Send(EndMessage.Of(new PluginOperationEnded
            {
                Uuid = operation,
                Action = command.Action,
                Status = OperationStatus.Error,
                Error = OperationErrors.Tell(error),
            }));
        }
    }

    [LoggerMessage(LogLevel.Warning, "A command from the bus is refused, operation {Operation}: {Reason}")]
    private partial void LogRejected(Guid? operation, string reason);
}

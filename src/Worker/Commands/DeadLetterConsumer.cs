using MassTransit;
using Microsoft.Extensions.Logging;
using WazoPlugind.Hosting;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Operations;
using WazoPlugind.Worker.Events;

namespace WazoPlugind.Worker.Commands;

/// <summary>
/// Ends the operation of a message that came back from its workers too often, and hands the message to the error queue, where it can
/// be looked at.
/// </summary>
/// <param name="events">Publishes the end of what no saga knows.</param>
/// <param name="logger">Is told.</param>
internal sealed partial class DeadLetterConsumer(OperationEvents events, ILogger<DeadLetterConsumer> logger) : IConsumer<IOperationMessage>
{
    private const string Reason = "its worker ended, or lost its connection, each of the three times that it worked on this";

    private static readonly Dictionary<string, string> StepOfMessage = new()
    {
        [nameof(FetchPlugin)] = Steps.Downloading,
        [nameof(FindUpdates)] = Steps.Downloading,
        [nameof(BuildPlugin)] = Steps.Building,
        [nameof(InstallPackage)] = Steps.Installing,
        [nameof(RemovePackage)] = Steps.Removing,
    };

    /// <inheritdoc/>
    /// <exception cref="RejectedCommandException">Always: so the message gets to the error queue.</exception>
    public async Task Consume(ConsumeContext<IOperationMessage> context)
    {
        var operation = context.Message.Uuid;
        var type = StepMessages.TypeOf(context);
        LogDead(type, operation);
        var error = StepMessages.ErrorOf(context, StepOfMessage.GetValueOrDefault(type, Steps.Starting), Reason);
        if (type.EndsWith("Command", StringComparison.Ordinal))
        {
            var kind = type == nameof(UninstallPluginCommand) ? OperationKind.Uninstall : OperationKind.Install;
            await events.PublishAsync(kind, operation, Steps.Error, error, context.CancellationToken);
        }
        else
        {
            await context.SendToAsync(Queues.Operations, new StepFailed { Uuid = operation, Error = error, Steps = [] }, context.CancellationToken);
        }

        throw new RejectedCommandException($"{type}: {Reason}");
    }

    [LoggerMessage(LogLevel.Error, "{MessageType} of operation {Operation} came back from its workers too often")]
    private partial void LogDead(string messageType, Guid operation);
}

using MassTransit;
using Microsoft.Extensions.Logging;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Messages;
using WazoPlugind.Worker.Steps;

namespace WazoPlugind.Worker.Commands;

/// <summary>
/// Ends the operation of a message that came back from its workers too often, by way of its saga, and hands the message to the error
/// queue, where it can be looked at.
/// </summary>
/// <param name="logger">Is told.</param>
internal sealed partial class DeadLetterConsumer(ILogger<DeadLetterConsumer> logger) : IConsumer<IOperationMessage>
{
    /// <summary>What ends the operation of a dead letter.</summary>
    public const string Reason = "its worker ended, or lost its connection, each of the three times that it worked on this";

    private const string DeadHeader = "plugind-dead";

    private static readonly Dictionary<string, string> StepOfMessage = new()
    {
        [nameof(FetchPlugin)] = StepName.Downloading,
        [nameof(FindUpdates)] = StepName.Downloading,
        [nameof(BuildPlugin)] = StepName.Building,
        [nameof(InstallPackage)] = StepName.Installing,
        [nameof(RemovePackage)] = StepName.Removing,
    };

    /// <summary>Whether a command is a dead letter: its operation has ended, unless it had begun.</summary>
    /// <param name="context">The command.</param>
    public static bool IsDead(ConsumeContext context) => context.Headers.TryGetHeader(DeadHeader, out _);

    /// <inheritdoc/>
    /// <exception cref="RejectedCommandException">Always: so the message gets to the error queue.</exception>
    public async Task Consume(ConsumeContext<IOperationMessage> context)
    {
        var operation = context.Message.Uuid;
        var type = StepMessages.TypeOf(context);
        LogDead(type, operation);
        if (!type.EndsWith("Command", StringComparison.Ordinal))
        {
            var error = StepMessages.ErrorOf(context, StepOfMessage.GetValueOrDefault(type, StepName.Starting), Reason);
            await context.SendToAsync(Queues.Operations, new StepFailed { Uuid = operation, Error = error, Steps = [] }, context.CancellationToken);
        }
        // One that ends its worker as a dead letter too has nothing more to tell.
        else if (!IsDead(context))
        {
            await context.SendToAsync(
                Queues.Operations, StepMessages.MessageOf(context), context.CancellationToken, describe: send => send.Headers.Set(DeadHeader, true));
        }

        throw new RejectedCommandException($"{type}: {Reason}");
    }

    [LoggerMessage(LogLevel.Error, "{MessageType} of operation {Operation} came back from its workers too often")]
    private partial void LogDead(string messageType, Guid operation);
}

using MassTransit;
using Microsoft.Extensions.Logging;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Worker.Bus;
using WazoPlugind.Worker.Commands;
using WazoPlugind.Worker.Sagas;
using WazoPlugind.Worker.Steps;

namespace WazoPlugind.Worker.Orchestration;

/// <summary>
/// Does with a message that may end the orchestrator what is done with a step that may end its worker: its attempts are written down,
/// it waits, is tried alone, and only then given up. A message that comes for the first time costs nothing of that.
/// </summary>
/// <param name="attempts">What was written down.</param>
/// <param name="gate">Lets it through alone.</param>
/// <param name="lost">Is told what is in hand.</param>
/// <param name="queues">Sends.</param>
/// <param name="writer">Stores the end of its operation.</param>
/// <param name="states">Knows the operations.</param>
/// <param name="configuration">Says how often it is tried.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told.</param>
internal sealed partial class OrchestratorKills(
    StepAttempts attempts,
    StepGate gate,
    LostMessages lost,
    WorkQueues queues,
    OrchestratorWriter writer,
    OperationStates states,
    PlugindConfiguration configuration,
    TimeProvider time,
    ILogger<OrchestratorKills> logger)
    : IFilter<ConsumeContext>
{
    private const string Step = "orchestrate";

    // The broker takes a message back after half an hour.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan PatienceAlone = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public void Probe(ProbeContext context) => context.CreateFilterScope("kills");

    /// <inheritdoc/>
    /// <exception cref="RejectedCommandException">It has ended the orchestrator too often.</exception>
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        using var held = lost.Hold(context.MessageId ?? Guid.Empty);
        if (!context.ReceiveContext.Redelivered || IdOf(context) is not { } message)
        {
            using var beside = await gate.EnterAsync(Patience, context.CancellationToken);
            await next.Send(context);
            return;
        }

        var kills = StepKills.Of(attempts.Of(Step).Where(attempt => attempt.Message == message));
        if (kills.AreTooMany(configuration.Worker.KillLimit))
        {
            await GiveUpAsync(context, kills.Describe());
            throw new RejectedCommandException(kills.Describe());
        }

        if (kills.AreSuspicious)
            await Task.Delay(kills.Delay, time, context.CancellationToken);
        using var entry = kills.AreSuspicious
            ? await gate.EnterAloneAsync(PatienceAlone, context.CancellationToken)
            : await gate.EnterAsync(Patience, context.CancellationToken);
        attempts.Begin(Step, message);
        try
        {
            await next.Send(context);
        }
        finally
        {
            attempts.End(Step, message);
        }
    }

    private async Task GiveUpAsync(ConsumeContext context, string reason)
    {
        var operation = context.TryGetMessage<IOperationMessage>(out var message) ? message.Message.Uuid : (Guid?)null;
        LogGivenUp(operation, reason);
        // What has not begun begins only to end.
        if (CommandKind.Refuse(context, reason) is { } refused)
            await queues.SendAsync(Queues.Requests, refused, Guid.NewGuid(), context.CancellationToken);
        else if (operation is { } uuid)
            await writer.WriteAsync(transaction => states.Abandon(uuid, reason, transaction), context.CancellationToken);
    }

    // Others' commands need not have one of their own.
    private static Guid? IdOf(ConsumeContext context) =>
        context.MessageId ?? (context.TryGetMessage<IOperationMessage>(out var message) ? message.Message.Uuid : null);

    [LoggerMessage(LogLevel.Error, "A message of operation {Operation} is given up: {Reason}")]
    private partial void LogGivenUp(Guid? operation, string reason);
}

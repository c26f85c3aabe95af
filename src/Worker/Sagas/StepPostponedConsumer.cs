using MassTransit;
using Microsoft.Extensions.Logging;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Sagas;

/// <summary>Sends what is to be tried later again, once it is time, under a new id: its report is another one.</summary>
/// <param name="writer">Stores.</param>
/// <param name="states">Knows the operations.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told.</param>
internal sealed partial class StepPostponedConsumer(
    OrchestratorWriter writer, OperationStates states, TimeProvider time, ILogger<StepPostponedConsumer> logger) : IConsumer<StepPostponed>
{
    /// <inheritdoc/>
    public Task Consume(ConsumeContext<StepPostponed> context)
    {
        var report = context.Message;
        return writer.WriteAsync(
            transaction =>
            {
                if (transaction.Find(report.Command) is not { } command || states.Find(transaction, report.Uuid) is not { FinishedAt: null } operation)
                    return;
                LogPostponed(command.Type, report.Uuid, report.Delay / 1000.0, report.Reason);
                transaction.TryTake(report.Uuid, context.MessageId!.Value);
                var (next, until) = (Guid.NewGuid(), time.GetUtcNow().AddMilliseconds(report.Delay));
                operation.Postpone(report, next, until);
                operation.Record(report.Steps);
                states.Save(operation, transaction);
                transaction.Answer(report.Command);
                transaction.Send(command with
                {
                    Id = next,
                    IsSent = false,
                    NotBefore = until,
                    Tries = report.Next.Tries,
                    Kills = report.Next.Kills,
                    Alone = report.Next.Alone,
                });
            },
            context.CancellationToken);
    }

    [LoggerMessage(LogLevel.Information, "{Message} of operation {Operation} is tried again in {Seconds} s: {Reason}")]
    private partial void LogPostponed(string message, Guid operation, double seconds, string reason);
}

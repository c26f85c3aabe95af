using MassTransit;
using Microsoft.Extensions.Logging;
using WazoPlugind.Worker.Commands;

namespace WazoPlugind.Worker.Sagas;

/// <summary>
/// Ends the operation of a message that no try could take, which is a mistake of this program: else the operation would wait for ever,
/// and others for it. The message goes to the error queue.
/// </summary>
/// <param name="writer">Stores the end.</param>
/// <param name="states">Knows the operations.</param>
/// <param name="logger">Is told.</param>
internal sealed partial class UnexpectedFailure(OrchestratorWriter writer, OperationStates states, ILogger<UnexpectedFailure> logger)
    : IFilter<ConsumeContext>
{
    /// <inheritdoc/>
    public void Probe(ProbeContext context) => context.CreateFilterScope("unexpected");

    /// <inheritdoc/>
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        try
        {
            await next.Send(context);
        }
        catch (Exception e) when (e is not (RejectedCommandException or OperationCanceledException) && context.CorrelationId is not null)
        {
            LogUnexpected(e, context.CorrelationId.Value);
            await writer.WriteAsync(
                transaction => states.Abandon(context.CorrelationId.Value, $"an unexpected error, which the log has: {e.GetType().Name}", transaction),
                context.CancellationToken);
            throw;
        }
    }

    [LoggerMessage(LogLevel.Error, "A message of operation {Operation} cannot be taken; the operation ends in an error")]
    private partial void LogUnexpected(Exception exception, Guid operation);
}

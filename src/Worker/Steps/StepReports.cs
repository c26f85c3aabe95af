using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WazoPlugind.Messages;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Steps;

/// <summary>
/// Reports to the orchestrator, for as long as it takes: while the broker is away a step is not lost, nor fails, and what was done
/// waits here to be told.
/// </summary>
/// <param name="sender">Sends.</param>
/// <param name="lifetime">Knows when the worker stops.</param>
/// <param name="time">The clock of the pauses.</param>
/// <param name="logger">Is told that a report waits.</param>
internal sealed partial class StepReports(IReportSender sender, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<StepReports> logger)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    // Twice, the second time while the worker stops, is well within the time that it has for that.
    private static readonly TimeSpan LongestSend = TimeSpan.FromSeconds(5);

    /// <summary>Says what a worker is at. Returns when the broker has it.</summary>
    /// <param name="began">What it is at.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="OperationCanceledException">The broker does not have it.</exception>
    public async Task SendAsync(StepBegan began, CancellationToken cancellationToken)
    {
        if (!await TrySendAsync(began, Guid.NewGuid(), cancellationToken))
            throw new OperationCanceledException(cancellationToken);
    }

    /// <summary>Answers a message; once the worker stops there is one more try.</summary>
    /// <param name="report">The report.</param>
    /// <param name="command">The id of the message.</param>
    /// <returns>Whether the broker has it.</returns>
    public Task<bool> AnswerAsync(IOperationMessage report, Guid command) =>
        TrySendAsync(report, MessageIds.ReportOf(command), lifetime.ApplicationStopping);

    private async Task<bool> TrySendAsync(IOperationMessage report, Guid message, CancellationToken cancellationToken)
    {
        for (var pause = ShortestPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var isLast = cancellationToken.IsCancellationRequested;
            using var limit = new CancellationTokenSource(LongestSend, time);
            try
            {
                await sender.SendAsync(report, message, limit.Token);
                return true;
            }
            catch (Exception e)
            {
                // Once: that the broker is away is told every minute elsewhere.
                if (pause == ShortestPause)
                    LogWaits(report.GetType().Name, report.Uuid, e.Message);
            }

            if (isLast)
                return false;
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Report} of operation {Operation} cannot be sent now, and is tried again: {Reason}")]
    private partial void LogWaits(string report, Guid operation, string reason);
}

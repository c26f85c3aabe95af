using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Steps;

/// <summary>Tells the orchestrator now and then which messages this process has not answered yet: what is in no queue either is lost.</summary>
/// <param name="held">Knows them.</param>
/// <param name="sender">Sends.</param>
/// <param name="time">The clock of the rounds.</param>
/// <param name="logger">Is told what could not be sent.</param>
internal sealed partial class HeldStepsReporter(HeldSteps held, IReportSender sender, TimeProvider time, ILogger<HeldStepsReporter> logger)
    : BackgroundService
{
    /// <summary>How often it is told.</summary>
    public static readonly TimeSpan Round = TimeSpan.FromSeconds(5);

    /// <summary>Waits for the steps whose delivery was lost: nobody else does.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await held.WhenNoneAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Round, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            if (held.Messages is { Count: > 0 } messages)
                await TellAsync(messages, stoppingToken);
        }
    }

    private async Task TellAsync(IReadOnlyList<Guid> messages, CancellationToken stoppingToken)
    {
        // The next round says it anew.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        limit.CancelAfter(Round);
        try
        {
            await sender.SendAsync(new StepsHeld { Commands = messages, Operations = held.Operations }, Guid.NewGuid(), limit.Token);
        }
        catch (Exception e) when (!stoppingToken.IsCancellationRequested)
        {
            LogNotTold(e.Message);
        }
    }

    [LoggerMessage(LogLevel.Debug, "The orchestrator cannot be told what is under way here: {Reason}")]
    private partial void LogNotTold(string reason);
}

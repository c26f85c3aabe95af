namespace WazoPlugind.Worker.Steps;

/// <summary>Sends reports to the orchestrator.</summary>
internal interface IReportSender
{
    /// <summary>Sends one, and waits until the broker has it.</summary>
    /// <param name="report">The report.</param>
    /// <param name="message">The report's own id.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task SendAsync(object report, Guid message, CancellationToken cancellationToken);
}

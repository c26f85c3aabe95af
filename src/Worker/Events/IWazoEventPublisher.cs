namespace WazoPlugind.Worker.Events;

/// <summary>Puts events on the platform's bus.</summary>
internal interface IWazoEventPublisher
{
    /// <summary>Publishes an event and waits until it is safe with the broker.</summary>
    /// <param name="wazoEvent">The event.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task PublishAsync(WazoEvent wazoEvent, CancellationToken cancellationToken);
}

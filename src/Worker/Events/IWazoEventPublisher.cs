namespace WazoPlugind.Worker.Events;

/// <summary>Puts events on the platform's bus.</summary>
internal interface IWazoEventPublisher
{
    /// <summary>Publishes an event and waits until it is safe with the broker.</summary>
    /// <param name="id">Its id, the same each time that it is published: it may come twice.</param>
    /// <param name="wazoEvent">The event.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task PublishAsync(Guid id, WazoEvent wazoEvent, CancellationToken cancellationToken);
}

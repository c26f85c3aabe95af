namespace WazoPlugind.Operations.Outbox;

/// <summary>Sends what is in the outbox.</summary>
public interface IOutboxTransport
{
    /// <summary>Sends a message, and waits until the broker has it; or does what it stands for.</summary>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Stops waiting: this process ends.</param>
    Task SendAsync(OutboxMessage message, CancellationToken cancellationToken);
}

using WazoPlugind.Hosting.Broker;
using WazoPlugind.Operations.Outbox;
using WazoPlugind.Operations.Secrets;
using WazoPlugind.Processes;
using WazoPlugind.Worker.Bus;
using WazoPlugind.Worker.Events;
using WazoPlugind.Worker.Steps;
using WazoPlugind.Worker.Steps.Build;

namespace WazoPlugind.Worker.Outbox;

/// <summary>Sends what is in the outbox: events to the platform, messages to their queues, with their credentials.</summary>
/// <param name="queues">Sends the messages.</param>
/// <param name="events">Publishes the events.</param>
/// <param name="ends">Publishes the ends of operations.</param>
/// <param name="messages">Reads what is stored.</param>
/// <param name="secrets">Keeps the credentials.</param>
/// <param name="writer">Has the database that they are in.</param>
/// <param name="workspaces">Removes the work directories.</param>
internal sealed class OutboxTransport(
    WorkQueues queues,
    IWazoEventPublisher events,
    EndPublisher ends,
    OutboxMessages messages,
    OperationSecrets secrets,
    OperationWriter writer,
    WorkspaceFactory workspaces)
    : IOutboxTransport
{
    // A connection that is gone may be noticed late; what is sent twice is taken once.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public async Task SendAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            switch (message.Destination)
            {
                case OutboxMessage.Events:
                    await events.PublishAsync(message.Id, WazoEvent.Parse(message.Type, message.Body), limit.Token);
                    FaultPoint.Reach(FaultPoint.EventPublished);
                    break;
                case OutboxMessage.Ended:
                    await ends.PublishAsync(message.Id, EndMessage.Read(message), limit.Token);
                    FaultPoint.Reach(FaultPoint.EventPublished);
                    break;
                case OutboxMessage.Workspace:
                    // A tree may be large, and others wait for their messages.
                    await Task.Run(() => Remove(message), CancellationToken.None);
                    break;
                default:
                    await SendToQueueAsync(message, limit.Token);
                    FaultPoint.Reach(FaultPoint.OutboxSent);
                    break;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"the broker did not confirm it within {Limit.TotalSeconds} s");
        }
    }

    private void Remove(OutboxMessage message)
    {
        using var turn = message.Type == OutboxMessage.Shared ? StepTurns.TryTake(workspaces.Of(message.Operation)) : null;
        if (turn is not null || message.Type != OutboxMessage.Shared)
            workspaces.TryDelete(message.Operation);
    }

    private async Task SendToQueueAsync(OutboxMessage message, CancellationToken cancellationToken)
    {
        var body = messages.Read(message.Type, message.Body);
        if (body is ICarriesUrl { Url: { } url } carrier && await FindSecretAsync(message.Operation, url) is { } secret)
            body = carrier.WithUrl(secret);
        var headers = new Dictionary<string, object?>();
        if (message.RequestId is { } requestId)
            headers[Queues.RequestIdHeader] = requestId;
        if (message.Tries > 0)
            headers[StepTry.TriesHeader] = message.Tries;
        if (message.Kills > 0)
            headers[StepTry.KillsHeader] = message.Kills;
        if (message.Alone)
            headers[StepTry.AloneHeader] = true;
        await queues.SendAsync(message.Destination, body, message.Id, cancellationToken, headers);
    }

    private async Task<string?> FindSecretAsync(Guid operation, string url)
    {
        string? secret = null;
        await writer.WriteSoonAsync(transaction => secret = secrets.Find(transaction, operation, url));
        return secret;
    }
}

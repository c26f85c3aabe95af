using System.Collections.Concurrent;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;

namespace WazoPlugind.Api.Tests;

/// <summary>Takes every command, and does nothing with it.</summary>
public sealed class AcceptingPublisher : ICommandPublisher
{
    public ConcurrentQueue<IOperationMessage> Commands { get; } = new();

    public Task PublishAsync(
        IOperationMessage command, OperationRequester requester, RequestIdempotency? idempotency, CancellationToken cancellationToken)
    {
        Commands.Enqueue(command);
        return Task.CompletedTask;
    }
}

using System.Collections.Concurrent;
using System.Text.Json;
using MassTransit;
using MassTransit.Serialization;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Worker.Steps.Reports;

namespace WazoPlugind.Worker.Bus;

/// <summary>
/// Sends messages to queues by name, with the operation that they belong to as their correlation id. To a broker with RabbitMQ's own client, as
/// MassTransit reads them: its own sending (8.5.12) declares what it sends to, for which it would need a permission. Each queue has a channel of
/// its own: the broker closes that of a message that it refuses.
/// </summary>
/// <param name="bus">Sends in memory.</param>
/// <param name="configuration">Says whether there is a broker.</param>
/// <param name="connection">The connection to it.</param>
/// <param name="topology">Declares the queues.</param>
/// <param name="time">The clock of the messages.</param>
internal sealed class WorkQueues(
    IBus bus, PlugindConfiguration configuration, BrokerConnection connection, QueueTopology topology, TimeProvider time) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, SharedChannel> _channels = new();

    // A broker that knows no such answers costs no reports.
    private volatile bool _hasNoReplies;

    /// <summary>Is told of operations that are cancelled, by who takes what was sent of them.</summary>
    public Action<Guid>? Cancelled { get; set; }

    /// <summary>
    /// Sends a message and waits for the broker's confirm. A queue that no worker has created yet, or that someone deleted, is created:
    /// the broker drops what it has no queue for.
    /// </summary>
    /// <param name="queue">One of <see cref="Queues"/>.</param>
    /// <param name="message">The message.</param>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <param name="headers">What its reader finds beside it; where it does not say, it is about the request that what is taken now is about.</param>
    /// <exception cref="BrokerException">The broker takes nothing now, or not this.</exception>
    public async Task SendAsync(
        string queue, object message, Guid id, CancellationToken cancellationToken, IReadOnlyDictionary<string, object?>? headers = null)
    {
        headers ??= CurrentRequest.Headers;
        if (configuration.Bus.Transport == BusConfiguration.InMemory)
        {
            await SendInMemoryAsync(queue, message, id, headers, cancellationToken);
            return;
        }

        try
        {
            await SendToBrokerAsync(queue, message is StepBegan or StepsHeld, Describe(message, id), Write(message, id, headers), cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            throw connection.Explain(e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels.Values)
            await channel.DisposeAsync();
    }

    private async Task SendToBrokerAsync(
        string queue, bool wantsReplies, BasicProperties properties, byte[] body, CancellationToken cancellationToken)
    {
        try
        {
            await SendOnceAsync();
        }
        catch (Exception e) when (e is RabbitMQ.Client.Exceptions.PublishException { IsReturn: true } or OperationInterruptedException { ShutdownReason.ReplyCode: Constants.NotFound })
        {
            await topology.DeclareAsync(queue, cancellationToken);
            await SendOnceAsync();
        }

        async Task SendOnceAsync()
        {
            var channels = _channels.GetOrAdd(queue, _ => new SharedChannel(
                connection, _ => Task.CompletedTask, queue == Queues.Operations && Cancelled is not null ? TakeRepliesAsync : null));
            var channel = await channels.GetAsync(cancellationToken);
            properties.ReplyTo = wantsReplies && Cancelled is not null && !_hasNoReplies ? ConfirmingChannel.Replies : null;
            await connection.WaitAsync(channel.SendAsync(queue, properties, body), cancellationToken);
        }
    }

    private async Task TakeRepliesAsync(ConfirmingChannel channel, CancellationToken cancellationToken)
    {
        if (_hasNoReplies)
            return;
        try
        {
            await channel.TakeRepliesAsync(reply => Cancelled!(OperationIn(reply)), cancellationToken);
        }
        catch (OperationInterruptedException)
        {
            // The channel is gone with it; the next one does without.
            _hasNoReplies = true;
            throw;
        }
    }

    private static Guid OperationIn(ReadOnlyMemory<byte> reply) =>
        Guid.TryParse(reply.Span, provider: null, out var operation) ? operation : Guid.Empty;

    private async Task SendInMemoryAsync(
        string queue, object message, Guid id, IReadOnlyDictionary<string, object?> headers, CancellationToken cancellationToken)
    {
        // Not "queue:": that declares the queue again.
        var endpoint = await bus.GetSendEndpoint(new Uri("exchange:" + queue));
        // By its own type, whatever it was passed as.
        await endpoint.Send(message, message.GetType(), Pipe.Execute<SendContext>(context =>
        {
            (context.MessageId, context.CorrelationId) = (id, OperationOf(message));
            foreach (var (name, value) in headers)
                context.Headers.Set(name, value, overwrite: true);
        }), cancellationToken);
    }

    private static Guid? OperationOf(object message) => (message as IOperationMessage)?.Uuid;

    private static BasicProperties Describe(object message, Guid id) => new()
    {
        MessageId = id.ToString(),
        CorrelationId = OperationOf(message)?.ToString(),
        ContentType = SystemTextJsonMessageSerializer.JsonContentType.MediaType,
        DeliveryMode = DeliveryModes.Persistent,
    };

    private byte[] Write(object message, Guid id, IReadOnlyDictionary<string, object?> headers) => JsonSerializer.SerializeToUtf8Bytes(
        new JsonMessageEnvelope
        {
            MessageId = id.ToString(),
            CorrelationId = OperationOf(message)?.ToString(),
            MessageType = MessageTypeCache.GetMessageTypeNames(message.GetType()),
            Message = message,
            SentTime = time.GetUtcNow().UtcDateTime,
            Headers = headers.ToDictionary(),
        },
        SystemTextJsonMessageSerializer.Options);
}

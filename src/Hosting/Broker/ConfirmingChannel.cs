using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace WazoPlugind.Hosting.Broker;

/// <summary>
/// A channel on which many send at the same time, and each waits for the broker's confirm. When its connection ends, so does whoever
/// sends: RabbitMQ's client by itself (7.2.2) lets them wait for ever where more are about to send than its buffer holds.
/// </summary>
public sealed class ConfirmingChannel : IAsyncDisposable
{
    /// <summary>
    /// The name that whoever sends gives for an answer on the same channel; who takes the message finds the channel's own address in its place
    /// (https://www.rabbitmq.com/docs/direct-reply-to).
    /// </summary>
    public const string Replies = "amq.rabbitmq.reply-to";

    private static readonly CreateChannelOptions WithConfirms = new(
        publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true, outstandingPublisherConfirmationsRateLimiter: null);

    private readonly CancellationTokenSource _ended = new();
    private readonly IConnection _connection;
    private IChannel _channel = null!;

    private ConfirmingChannel(IConnection connection) => _connection = connection;

    /// <summary>Whether it can be sent on.</summary>
    public bool IsOpen => _channel.IsOpen && !_ended.IsCancellationRequested;

    /// <summary>Opens one.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static async Task<ConfirmingChannel> OpenAsync(IConnection connection, CancellationToken cancellationToken)
    {
        var channel = new ConfirmingChannel(connection);
        // Before the channel does: it waits for those who send.
        connection.ConnectionShutdownAsync += channel.EndAsync;
        channel._channel = await connection.CreateChannelAsync(WithConfirms, cancellationToken);
        return channel;
    }

    /// <summary>Publishes a message to whoever wants it, perhaps nobody, and waits for its confirm. It cannot be stopped.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="routingKey">The routing key.</param>
    /// <param name="properties">The message's properties.</param>
    /// <param name="body">The message's body.</param>
    /// <exception cref="RabbitMQ.Client.Exceptions.PublishException">The broker has not taken it.</exception>
    /// <exception cref="RabbitMQ.Client.Exceptions.OperationInterruptedException">The broker has closed the channel: the exchange is not there, or not for this user.</exception>
    /// <exception cref="OperationCanceledException">The connection has ended.</exception>
    public async Task PublishAsync(string exchange, string routingKey, BasicProperties properties, byte[] body) =>
        await _channel.BasicPublishAsync(exchange, routingKey, mandatory: false, properties, body, _ended.Token);

    /// <summary>Sends a message, and waits for its confirm. It cannot be stopped: cut off in the middle, the channel would count wrongly.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="properties">The message's properties.</param>
    /// <param name="body">The message's body.</param>
    /// <inheritdoc cref="PublishAsync"/>
    public async Task SendAsync(string exchange, BasicProperties properties, byte[] body) =>
        await _channel.BasicPublishAsync(exchange, routingKey: "", mandatory: true, properties, body, _ended.Token);

    /// <summary>Takes answers to what is sent from now on with <see cref="Replies"/>. No queue is declared for that, and none is needed.</summary>
    /// <param name="take">Is given each.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task TakeRepliesAsync(Action<ReadOnlyMemory<byte>> take, CancellationToken cancellationToken)
    {
        var consumer = new AsyncEventingBasicConsumer(_channel);
        consumer.ReceivedAsync += (_, reply) =>
        {
            take(reply.Body);
            return Task.CompletedTask;
        };
        await _channel.BasicConsumeAsync(Replies, autoAck: true, consumer, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            _connection.ConnectionShutdownAsync -= EndAsync;
            await _channel.DisposeAsync();
        }
        catch (ObjectDisposedException)
        {
            // Its connection was, and it with that.
        }
    }

    private Task EndAsync(object sender, ShutdownEventArgs reason) => _ended.CancelAsync();
}

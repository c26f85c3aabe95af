using MassTransit.Middleware;
using MassTransit.RabbitMqTransport;
using RabbitMQ.Client;

namespace WazoPlugind.Worker.Bus;

/// <summary>
/// A channel on which MassTransit (8.5.12) declares nothing: it would need the permission to do so even where all is there. The queues, and those
/// of the errors, are declared before.
/// </summary>
/// <param name="channel">The channel.</param>
internal sealed class ChannelWithoutTopology(ChannelContext channel) : ScopePipeContext(channel), ChannelContext
{
    /// <inheritdoc/>
    public IChannel Channel => channel.Channel;

    /// <inheritdoc/>
    public ConnectionContext ConnectionContext => channel.ConnectionContext;

    /// <inheritdoc/>
    public Task ExchangeDeclare(
        string exchange, string type, bool durable, bool autoDelete, IDictionary<string, object> arguments, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    /// <inheritdoc/>
    public Task ExchangeDeclarePassive(string exchange, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<QueueDeclareOk> QueueDeclare(
        string queue, bool durable, bool exclusive, bool autoDelete, IDictionary<string, object> arguments, CancellationToken cancellationToken) =>
        QueueDeclarePassive(queue, cancellationToken);

    /// <inheritdoc/>
    public Task<QueueDeclareOk> QueueDeclarePassive(string queue, CancellationToken cancellationToken) => Task.FromResult(new QueueDeclareOk(queue, 0, 0));

    /// <inheritdoc/>
    public Task QueueBind(string queue, string exchange, string routingKey, IDictionary<string, object> arguments, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    /// <inheritdoc/>
    public Task ExchangeBind(
        string destination, string source, string routingKey, IDictionary<string, object> arguments, CancellationToken cancellationToken) =>
        Task.CompletedTask;

    /// <inheritdoc/>
    public Task BasicPublishAsync(
        string exchange,
        string routingKey,
        bool mandatory,
        BasicProperties basicProperties,
        byte[] body,
        bool awaitAck,
        CancellationToken cancellationToken) =>
        channel.BasicPublishAsync(exchange, routingKey, mandatory, basicProperties, body, awaitAck, cancellationToken);

    /// <inheritdoc/>
    public Task<uint> QueuePurge(string queue, CancellationToken cancellationToken) => channel.QueuePurge(queue, cancellationToken);

    /// <inheritdoc/>
    public Task BasicQos(uint prefetchSize, ushort prefetchCount, bool global, CancellationToken cancellationToken) =>
        channel.BasicQos(prefetchSize, prefetchCount, global, cancellationToken);

    /// <inheritdoc/>
    public ValueTask BasicAck(ulong deliveryTag, bool multiple, CancellationToken cancellationToken) =>
        channel.BasicAck(deliveryTag, multiple, cancellationToken);

    /// <inheritdoc/>
    public Task BasicNack(ulong deliveryTag, bool multiple, bool requeue, CancellationToken cancellationToken) =>
        channel.BasicNack(deliveryTag, multiple, requeue, cancellationToken);

    /// <inheritdoc/>
    public Task<string> BasicConsume(
        string queue,
        bool noAck,
        bool exclusive,
        IDictionary<string, object> arguments,
        IAsyncBasicConsumer consumer,
        string consumerTag,
        CancellationToken cancellationToken) =>
        channel.BasicConsume(queue, noAck, exclusive, arguments, consumer, consumerTag, cancellationToken);

    /// <inheritdoc/>
    public Task BasicCancel(string consumerTag, CancellationToken cancellationToken) => channel.BasicCancel(consumerTag, cancellationToken);

    /// <inheritdoc/>
    public void NotifyFaulted(Exception exception, Uri inputAddress) => channel.NotifyFaulted(exception, inputAddress);
}

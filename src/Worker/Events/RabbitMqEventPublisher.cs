using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Worker.Events;

/// <summary>
/// Publishes events on the platform's exchange with RabbitMQ's own client, as MassTransit would add headers of its own. One channel, and
/// every message confirmed by the broker. The confirms are matched here: the client's own matching adds a header too.
/// </summary>
/// <param name="configuration">Says which the exchange is.</param>
/// <param name="connection">The connection to the broker.</param>
internal sealed class RabbitMqEventPublisher(PlugindConfiguration configuration, BrokerConnection connection) : IWazoEventPublisher, IDisposable
{
    private readonly BusConfiguration _bus = configuration.Bus;
    private readonly SemaphoreSlim _publishing = new(1);
    private readonly Dictionary<ulong, TaskCompletionSource> _unconfirmed = [];
    private IChannel? _channel;

    /// <inheritdoc/>
    public async Task PublishAsync(Guid id, WazoEvent wazoEvent, CancellationToken cancellationToken)
    {
        var confirmed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var body = JsonSerializer.SerializeToUtf8Bytes(wazoEvent.ToJson());
        connection.ThrowIfBlocked();
        await _publishing.WaitAsync(cancellationToken);
        try
        {
            var channel = _channel is { IsOpen: true } open ? open : await OpenAsync(cancellationToken);
            var number = await channel.GetNextPublishSequenceNumberAsync(cancellationToken);
            lock (_unconfirmed)
                _unconfirmed[number] = confirmed;
            // Published whole or not at all: a frame cut short by a cancellation would end the connection.
            await channel.BasicPublishAsync(
                _bus.ExchangeName, wazoEvent.RoutingKey, mandatory: false, Properties(id, wazoEvent), body, CancellationToken.None);
        }
        finally
        {
            _publishing.Release();
        }

        await connection.WaitAsync(confirmed.Task, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _publishing.Dispose();

    // The recorded messages also have a priority of 0. The client leaves a 0 out, and for the broker it is what none means.
    private static BasicProperties Properties(Guid id, WazoEvent wazoEvent) => new()
    {
        MessageId = id.ToString(),
        ContentType = "application/json",
        ContentEncoding = "utf-8",
        DeliveryMode = DeliveryModes.Persistent,
        Headers = new Dictionary<string, object?>
        {
            ["name"] = LongString(wazoEvent.Name),
            ["required_access"] = LongString(wazoEvent.RequiredAccess),
            ["required_acl"] = LongString(wazoEvent.RequiredAcl),
            ["origin_uuid"] = LongString(wazoEvent.OriginUuid),
            ["timestamp"] = LongString(wazoEvent.Timestamp),
        },
    };

    private static byte[]? LongString(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

    private async Task<IChannel> OpenAsync(CancellationToken cancellationToken)
    {
        BrokerConnection.Abandon(_channel);
        var open = await connection.GetAsync(cancellationToken);
        var options = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false);
        try
        {
            _channel = await OpenAsync(open, options, channel => channel.ExchangeDeclarePassiveAsync(_bus.ExchangeName, cancellationToken), cancellationToken);
        }
        // Where it is there, no permission to declare it is needed.
        catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode == Constants.NotFound)
        {
            _channel = await OpenAsync(
                open,
                options,
                channel => channel.ExchangeDeclareAsync(_bus.ExchangeName, _bus.ExchangeType, durable: true, cancellationToken: cancellationToken),
                cancellationToken);
        }

        return _channel;
    }

    private async Task<IChannel> OpenAsync(
        IConnection open, CreateChannelOptions options, Func<IChannel, Task> prepare, CancellationToken cancellationToken)
    {
        var channel = await open.CreateChannelAsync(options, cancellationToken);
        channel.BasicAcksAsync += (_, acks) => SettleAsync(acks.DeliveryTag, acks.Multiple, error: null);
        channel.BasicNacksAsync += (_, nacks) =>
            SettleAsync(nacks.DeliveryTag, nacks.Multiple, new IOException("the broker refused an event"));
        channel.ChannelShutdownAsync += (_, shutdown) =>
            SettleAsync(ulong.MaxValue, multiple: true, connection.Explain(new OperationInterruptedException(shutdown)));
        await prepare(channel);
        return channel;
    }

    private Task SettleAsync(ulong number, bool multiple, Exception? error)
    {
        lock (_unconfirmed)
        {
            foreach (var settled in _unconfirmed.Keys.Where(key => key == number || (multiple && key < number)).ToArray())
            {
                _unconfirmed.Remove(settled, out var confirmed);
                if (error is null)
                    confirmed!.TrySetResult();
                else
                    confirmed!.TrySetException(error);
            }
        }

        return Task.CompletedTask;
    }
}

using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Worker.Events;

/// <summary>
/// Publishes events on the platform's exchange with RabbitMQ's own client, as MassTransit would add headers of its own. One
/// connection, one channel, and every message confirmed by the broker. The confirms are matched here: the client's own
/// matching adds a header too.
/// </summary>
/// <param name="configuration">Says where the broker and which the exchange is.</param>
internal sealed class RabbitMqEventPublisher(PlugindConfiguration configuration) : IWazoEventPublisher, IAsyncDisposable
{
    private readonly BusConfiguration _bus = configuration.Bus;
    private readonly SemaphoreSlim _publishing = new(1);
    private readonly Dictionary<ulong, TaskCompletionSource> _unconfirmed = [];
    private IConnection? _connection;
    private IChannel? _channel;

    /// <inheritdoc/>
    public async Task PublishAsync(Guid id, WazoEvent wazoEvent, CancellationToken cancellationToken)
    {
        var confirmed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var body = JsonSerializer.SerializeToUtf8Bytes(wazoEvent.ToJson());
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

        await confirmed.Task.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync();
        _publishing.Dispose();
    }

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
        if (_connection is null or { IsOpen: false })
        {
            if (_connection is not null)
                await _connection.DisposeAsync();
            _connection = await ConnectionSetup.Factory(_bus, "wazo-plugind events").CreateConnectionAsync(cancellationToken);
        }

        var options = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false);
        var channel = await _connection.CreateChannelAsync(options, cancellationToken);
        channel.BasicAcksAsync += (_, acks) => SettleAsync(acks.DeliveryTag, acks.Multiple, error: null);
        channel.BasicNacksAsync += (_, nacks) =>
            SettleAsync(nacks.DeliveryTag, nacks.Multiple, new IOException("the broker refused an event"));
        channel.ChannelShutdownAsync += (_, shutdown) =>
            SettleAsync(ulong.MaxValue, multiple: true, new IOException($"the broker went away: {shutdown.ReplyText}"));
        await channel.ExchangeDeclareAsync(
            _bus.ExchangeName, _bus.ExchangeType, durable: true, cancellationToken: cancellationToken);
        return _channel = channel;
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

using System.Text;
using System.Text.Json;
using RabbitMQ.Client;
using WazoPlugind.Hosting;
using WazoPlugind.Plugins.Configuration;

namespace WazoPlugind.Worker.Events;

/// <summary>
/// Publishes events on the platform's exchange with RabbitMQ's own client: MassTransit would add headers of its own. One
/// connection, one channel, and every message confirmed by the broker.
/// </summary>
/// <param name="configuration">Says where the broker and which the exchange is.</param>
internal sealed class RabbitMqEventPublisher(PlugindConfiguration configuration) : IWazoEventPublisher, IAsyncDisposable
{
    private readonly BusConfiguration _bus = configuration.Bus;
    private readonly SemaphoreSlim _opening = new(1);
    private IConnection? _connection;
    private volatile IChannel? _channel;

    /// <inheritdoc/>
    public async Task PublishAsync(WazoEvent wazoEvent, CancellationToken cancellationToken)
    {
        var channel = _channel is { IsOpen: true } open ? open : await OpenAsync(cancellationToken);
        var body = JsonSerializer.SerializeToUtf8Bytes(wazoEvent.ToJson());
        // Completes with the broker's confirm, and throws without it.
        await channel.BasicPublishAsync(_bus.ExchangeName, wazoEvent.RoutingKey, mandatory: false, Properties(wazoEvent), body, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync();
        _opening.Dispose();
    }

    private static BasicProperties Properties(WazoEvent wazoEvent) => new()
    {
        ContentType = "application/json",
        ContentEncoding = "utf-8",
        DeliveryMode = DeliveryModes.Persistent,
        Priority = 0,
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
        await _opening.WaitAsync(cancellationToken);
        try
        {
            if (_channel is { IsOpen: true } open)
                return open;
            if (_connection is null or { IsOpen: false })
            {
                if (_connection is not null)
                    await _connection.DisposeAsync();
                var factory = ConnectionSetup.Factory(_bus, "wazo-plugind events");
                _connection = await factory.CreateConnectionAsync(cancellationToken);
            }

            var options = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
            var channel = await _connection.CreateChannelAsync(options, cancellationToken);
            await channel.ExchangeDeclareAsync(
                _bus.ExchangeName, _bus.ExchangeType, durable: true, cancellationToken: cancellationToken);
            return _channel = channel;
        }
        finally
        {
            _opening.Release();
        }
    }
}

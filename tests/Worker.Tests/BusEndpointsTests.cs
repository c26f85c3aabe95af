using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;
using WazoPlugind.Harness;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Worker.Bus;

namespace WazoPlugind.Worker.Tests;

/// <summary>Queues that someone has declared with other arguments.</summary>
[Trait("Category", "Acceptance")]
public sealed class BusEndpointsTests : IAsyncLifetime
{
    private readonly LogLines<BusEndpoints> _log = new();
    private VirtualHost _vhost = null!;
    private IConnection _connection = null!;
    private BusEndpoints _endpoints = null!;

    public async Task InitializeAsync()
    {
        _vhost = await VirtualHost.CreateAsync();
        _connection = await _vhost.ConnectAsync();
        var configuration = new PlugindConfiguration { Bus = new BusConfiguration { Host = "127.0.0.1", Vhost = _vhost.Name } };
        var topology = new QueueTopology(configuration.Bus, TimeProvider.System, NullLogger<QueueTopology>.Instance);
        _endpoints = new BusEndpoints(null!, configuration, new WorkQueues(configuration, topology), [], _log);
    }

    public async Task DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _vhost.DisposeAsync();
    }

    [Fact]
    public async Task One_that_is_not_empty_is_kept_and_named_once_with_what_mends_it()
    {
        await using var channel = await _connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await channel.QueueDeclareAsync(Queues.Commands, durable: true, exclusive: false, autoDelete: false);
        await channel.BasicPublishAsync("", Queues.Commands, mandatory: true, body: "{}"u8.ToArray());

        await _endpoints.Faulted(new Refused());
        await _endpoints.Faulted(new Refused());

        Assert.Contains($"rabbitmqctl delete_queue --vhost '{_vhost.Name}' {Queues.Commands}", Assert.Single(_log.Lines));
        Assert.NotNull(await channel.BasicGetAsync(Queues.Commands, autoAck: true));
    }

    [Fact]
    public async Task One_that_is_empty_is_replaced()
    {
        await using var channel = await _connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(Queues.Commands, durable: true, exclusive: false, autoDelete: false);

        await _endpoints.Faulted(new Refused());

        Assert.Empty(_log.Lines);
        await channel.QueueDeclareAsync(
            Queues.Commands, durable: true, exclusive: false, autoDelete: false, QueueArguments.OfWork.ToDictionary());
    }

    private sealed class Refused : ReceiveEndpointFaulted
    {
        public Exception Exception { get; } = new OperationInterruptedException(new ShutdownEventArgs(ShutdownInitiator.Peer, 406, "PRECONDITION_FAILED"));

        public Uri InputAddress { get; } = new($"rabbitmq://127.0.0.1/{Queues.Commands}");

        public IReceiveEndpoint ReceiveEndpoint => throw new NotSupportedException();
    }
}

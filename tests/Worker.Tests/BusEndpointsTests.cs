using MassTransit;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
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
        _endpoints = new BusEndpoints(new Connector(), configuration, topology, [], TimeProvider.System, _log);
    }

    public async Task DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _vhost.DisposeAsync();
    }

    [Fact]
    public async Task One_that_is_not_empty_is_kept_and_named_once_with_what_mends_it_and_consumed_once_it_is_mended()
    {
        await using var channel = await _connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await channel.QueueDeclareAsync(Queues.Fetch, durable: true, exclusive: false, autoDelete: false);
        await channel.BasicPublishAsync("", Queues.Fetch, mandatory: true, body: "{}"u8.ToArray());
        await _endpoints.ConnectAsync([Endpoint(Queues.Fetch)], CancellationToken.None);

        var waiting = _endpoints.RequireAsync(Queues.Fetch, CancellationToken.None);
        await Wait.UntilAsync(() => Task.FromResult(_log.Lines.Count > 0), "the line");
        Assert.Contains($"has 1 messages and 0 consumers (PRECONDITION_FAILED - inequivalent arg 'x-", _log.Lines[0]);
        Assert.EndsWith($"rabbitmqctl delete_queue --vhost '{_vhost.Name}' {Queues.Fetch}", _log.Lines[0]);
        Assert.NotNull(await channel.BasicGetAsync(Queues.Fetch, autoAck: true));
        await channel.QueueDeleteAsync(Queues.Fetch);

        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal([$"The queue {Queues.Fetch} is consumed again"], _log.Lines.Skip(1));
    }

    [Fact]
    public async Task One_that_is_empty_is_replaced()
    {
        await using var channel = await _connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(Queues.Fetch, durable: true, exclusive: false, autoDelete: false);
        await _endpoints.ConnectAsync([Endpoint(Queues.Fetch)], CancellationToken.None);

        await _endpoints.RequireAsync(Queues.Fetch, CancellationToken.None);

        Assert.Empty(_log.Lines);
        await channel.QueueDeclareAsync(Queues.Fetch, durable: true, exclusive: false, autoDelete: false, QueueArguments.Of(Queues.Fetch).ToDictionary());
    }

    private static BusEndpoint Endpoint(string queue) => new(queue, 1, (_, _) => { });

    private sealed class Connector : IReceiveEndpointConnector
    {
        public HostReceiveEndpointHandle ConnectReceiveEndpoint(
            IEndpointDefinition definition, IEndpointNameFormatter? formatter, Action<IBusRegistrationContext, IReceiveEndpointConfigurator>? configure) => null!;

        public HostReceiveEndpointHandle ConnectReceiveEndpoint(string queueName, Action<IBusRegistrationContext, IReceiveEndpointConfigurator>? configure) => null!;
    }
}

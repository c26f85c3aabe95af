using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;
using WazoPlugind.Harness;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Hosting.Tests.Broker;

/// <summary>A test with a virtual host of the real broker, and a connection to look into it.</summary>
public abstract class BrokerTest : IAsyncLifetime
{
    private VirtualHost _host = null!;

    protected IConnection Connection { get; private set; } = null!;

    protected BusConfiguration Bus => new() { Host = "127.0.0.1", Vhost = _host.Name };

    protected QueueTopology Topology => new(Bus, TimeProvider.System, NullLogger<QueueTopology>.Instance);

    public async Task InitializeAsync()
    {
        _host = await VirtualHost.CreateAsync();
        Connection = await _host.ConnectAsync();
    }

    public async Task DisposeAsync()
    {
        await Connection.DisposeAsync();
        await _host.DisposeAsync();
    }

    /// <summary>Declares a queue as a version before did.</summary>
    protected static async Task DeclareAsBeforeAsync(IChannel channel, string queue)
    {
        var arguments = QueueArguments.OfWork.ToDictionary();
        arguments["x-delivery-limit"] = 2;
        await channel.ExchangeDeclareAsync(queue, ExchangeType.Fanout, durable: true);
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, arguments);
        await channel.QueueBindAsync(queue, queue, "");
    }

    /// <summary>Sends a message as other services do, and has it confirmed.</summary>
    protected async Task SendAsync(string queue)
    {
        await using var channel = await Connection.CreateChannelAsync(new CreateChannelOptions(true, true));
        await channel.BasicPublishAsync(queue, "", mandatory: true, new BasicProperties(), "{}"u8.ToArray());
    }
}

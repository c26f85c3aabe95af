using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using WazoPlugind.Plugins.Configuration;

namespace WazoPlugind.Hosting;

/// <summary>Connects a process to the bus.</summary>
public static class BusSetup
{
    /// <summary>The value of <c>bus.transport</c> for a broker.</summary>
    public const string RabbitMq = "rabbitmq";

    /// <summary>The value of <c>bus.transport</c> for one process alone.</summary>
    public const string InMemory = "in-memory";

    /// <summary>Adds the bus.</summary>
    /// <param name="services">The process's services.</param>
    /// <param name="configuration">Says the transport, and where the broker is.</param>
    /// <param name="register">Registers consumers and sagas.</param>
    /// <param name="endpoints">The queues to consume.</param>
    public static void AddPlugindBus(
        this IServiceCollection services,
        PlugindConfiguration configuration,
        Action<IBusRegistrationConfigurator> register,
        IReadOnlyList<BusEndpoint> endpoints) =>
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            register(bus);
            if (configuration.Bus.Transport == InMemory)
            {
                bus.UsingInMemory((context, transport) =>
                {
                    foreach (var endpoint in endpoints)
                        transport.ReceiveEndpoint(endpoint.Queue, queue => Configure(endpoint, context, queue));
                });
            }
            else
            {
                bus.UsingRabbitMq((context, transport) => ConfigureRabbitMq(configuration.Bus, endpoints, context, transport));
            }
        });

    private static void ConfigureRabbitMq(
        BusConfiguration configuration,
        IReadOnlyList<BusEndpoint> endpoints,
        IBusRegistrationContext context,
        IRabbitMqBusFactoryConfigurator transport)
    {
        transport.Host(configuration.Host, (ushort)configuration.Port, configuration.Vhost, host =>
        {
            host.Username(configuration.Username);
            host.Password(configuration.Password);
            if (configuration.Tls)
                host.UseSsl(tls => ConnectionSetup.Configure(tls, configuration));
        });
        foreach (var endpoint in endpoints)
        {
            transport.ReceiveEndpoint(endpoint.Queue, queue =>
            {
                queue.SetQuorumQueue();
                if (endpoint.HasDeadLetters)
                {
                    queue.SetQueueArgument("x-delivery-limit", QueueArguments.DeliveryLimit);
                    queue.BindDeadLetterQueue(
                        QueueArguments.DeadLetters, QueueArguments.DeadLetters, letters => letters.SetQueueArgument("x-queue-type", "quorum"));
                }

                Configure(endpoint, context, queue);
            });
        }
    }

    private static void Configure(BusEndpoint endpoint, IBusRegistrationContext context, IReceiveEndpointConfigurator queue)
    {
        // Messages are sent to the queue by name; nothing subscribes to message types.
        queue.ConfigureConsumeTopology = false;
        queue.PublishFaults = false;
        queue.PrefetchCount = endpoint.Concurrency;
        queue.ConcurrentMessageLimit = endpoint.Concurrency;
        endpoint.Configure(context, queue);
    }
}

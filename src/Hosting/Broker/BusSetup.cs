using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Hosting.Broker;

/// <summary>Connects a process to the bus.</summary>
public static class BusSetup
{
    /// <summary>The value of <c>bus.transport</c> for a broker.</summary>
    public const string RabbitMq = BusConfiguration.RabbitMq;

    /// <summary>The value of <c>bus.transport</c> for one process alone.</summary>
    public const string InMemory = BusConfiguration.InMemory;

    /// <summary>Adds the bus, which asks the container for the configuration once it is built.</summary>
    /// <param name="services">The process's services.</param>
    /// <param name="transport"><see cref="RabbitMq"/> or <see cref="InMemory"/>.</param>
    /// <param name="register">Registers consumers and sagas.</param>
    public static void AddPlugindBus(this IServiceCollection services, string transport, Action<IBusRegistrationConfigurator> register) =>
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            register(bus);
            if (transport == InMemory)
                bus.UsingInMemory();
            else
                bus.UsingRabbitMq((context, rabbitMq) => Configure(rabbitMq, context.GetRequiredService<PlugindConfiguration>().Bus));
        });

    /// <summary>Adds the queues to consume.</summary>
    /// <param name="services">The process's services, with the bus.</param>
    /// <param name="endpoints">The queues.</param>
    public static void AddPlugindQueues(this IServiceCollection services, IReadOnlyList<BusEndpoint> endpoints) =>
        services.AddSingleton<IHostedService>(provider => ActivatorUtilities.CreateInstance<BusEndpoints>(provider, endpoints));

    /// <summary>Makes a bus that only sends, outside of the container; building one takes longer than all else of the API's start.</summary>
    /// <param name="configuration">Says where the broker is.</param>
    /// <param name="logging">Makes its logs.</param>
    public static IBusControl CreateSendingBus(PlugindConfiguration configuration, ILoggerFactory logging)
    {
        LogContext.ConfigureCurrentLogContext(logging);
        return Bus.Factory.CreateUsingRabbitMq(rabbitMq => Configure(rabbitMq, configuration.Bus));
    }

    private static void Configure(IRabbitMqBusFactoryConfigurator rabbitMq, BusConfiguration configuration) =>
        rabbitMq.Host(configuration.Host, (ushort)configuration.Port, configuration.Vhost, host =>
        {
            host.Username(configuration.Username);
            host.Password(configuration.Password);
            if (configuration.Tls)
                host.UseSsl(tls => ConnectionSetup.Configure(tls, configuration));
        });
}

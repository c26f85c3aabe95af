using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Worker.Bus;

/// <summary>Connects a process to the bus.</summary>
internal static class BusSetup
{
    /// <summary>Adds the bus.</summary>
    /// <param name="services">The process's services.</param>
    /// <param name="configuration">Says the transport, and where the broker is.</param>
    /// <param name="register">Registers consumers and sagas.</param>
    public static void AddPlugindBus(this IServiceCollection services, BusConfiguration configuration, Action<IBusRegistrationConfigurator> register) =>
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            register(bus);
            if (configuration.Transport == BusConfiguration.InMemory)
                bus.UsingInMemory();
            else
                bus.UsingRabbitMq((_, rabbitMq) => Configure(rabbitMq, configuration));
        });

    private static void Configure(IRabbitMqBusFactoryConfigurator rabbitMq, BusConfiguration configuration) =>
        rabbitMq.Host(configuration.Host, (ushort)configuration.Port, configuration.Vhost, host =>
        {
            host.Username(configuration.Username);
            host.Password(configuration.Password);
            if (configuration.Tls)
                host.UseSsl(tls => Configure(tls, BrokerTls.Options(configuration)));
        });

    private static void Configure(IRabbitMqSslConfigurator tls, SslOption options)
    {
        tls.Protocol = options.Version;
        tls.ServerName = options.ServerName;
        tls.CertificateValidationCallback = options.CertificateValidationCallback;
    }
}

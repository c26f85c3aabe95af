using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Worker.Bus;

/// <summary>Connects a process to the bus.</summary>
internal static class BusSetup
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

using MassTransit;
using RabbitMQ.Client;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Hosting.Broker;

/// <summary>Opens connections to the broker with RabbitMQ's own client.</summary>
public static class ConnectionSetup
{
    /// <summary>Makes a factory of connections that do not recover by themselves: their users open new ones.</summary>
    /// <param name="bus">Says where the broker is.</param>
    /// <param name="name">What the broker shows the connection as.</param>
    /// <exception cref="Platform.Configuration.ConfigurationException">The authorities of its certificate cannot be read.</exception>
    public static ConnectionFactory Factory(BusConfiguration bus, string name) => new()
    {
        HostName = bus.Host,
        Port = bus.Port,
        VirtualHost = bus.Vhost,
        UserName = bus.Username,
        Password = bus.Password,
        ClientProvidedName = name,
        AutomaticRecoveryEnabled = false,
        Ssl = BrokerTls.Options(bus),
    };

    /// <summary>Lets MassTransit speak TLS with the broker.</summary>
    /// <param name="tls">MassTransit's settings.</param>
    /// <param name="bus">Says where the broker is.</param>
    internal static void Configure(IRabbitMqSslConfigurator tls, BusConfiguration bus)
    {
        var options = BrokerTls.Options(bus);
        tls.Protocol = options.Version;
        tls.ServerName = options.ServerName;
        tls.CertificateValidationCallback = options.CertificateValidationCallback;
    }
}

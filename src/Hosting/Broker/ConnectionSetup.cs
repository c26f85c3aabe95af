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
}

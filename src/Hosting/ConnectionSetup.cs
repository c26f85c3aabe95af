using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MassTransit;
using RabbitMQ.Client;
using WazoPlugind.Plugins.Configuration;
using ConfigurationException = WazoPlugind.Plugins.Configuration.ConfigurationException;

namespace WazoPlugind.Hosting;

/// <summary>Opens connections to the broker with RabbitMQ's own client.</summary>
public static class ConnectionSetup
{
    /// <summary>Makes a factory of connections that do not recover by themselves: their users open new ones.</summary>
    /// <param name="bus">Says where the broker is.</param>
    /// <param name="name">What the broker shows the connection as.</param>
    public static ConnectionFactory Factory(BusConfiguration bus, string name) => new()
    {
        HostName = bus.Host,
        Port = bus.Port,
        VirtualHost = bus.Vhost,
        UserName = bus.Username,
        Password = bus.Password,
        ClientProvidedName = name,
        AutomaticRecoveryEnabled = false,
        Ssl = bus.Tls
            ? new SslOption(bus.Host) { Enabled = true, CertificateValidationCallback = Validation(bus) }
            : new SslOption(),
    };

    /// <summary>Lets MassTransit speak TLS with the broker.</summary>
    /// <param name="tls">MassTransit's settings.</param>
    /// <param name="bus">Says where the broker is.</param>
    internal static void Configure(IRabbitMqSslConfigurator tls, BusConfiguration bus)
    {
        tls.Protocol = SslProtocols.None;
        tls.ServerName = bus.Host;
        tls.CertificateValidationCallback = Validation(bus);
    }

    // The system's own check, but for the authorities where the configuration names them.
    private static RemoteCertificateValidationCallback? Validation(BusConfiguration bus)
    {
        if (bus.CaCertificate is not { } file)
            return null;
        X509Certificate2Collection authorities = [];
        try
        {
            authorities.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ConfigurationException($"bus.ca_certificate: {file}: {e.Message}");
        }

        return (_, certificate, _, errors) =>
        {
            if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
                return false;
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            return chain.Build(new X509Certificate2(certificate));
        };
    }
}

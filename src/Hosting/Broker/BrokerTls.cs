using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using RabbitMQ.Client;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Hosting.Broker;

/// <summary>
/// How every connection to the broker speaks TLS: only with one whose certificate is good in every respect. The defaults of the
/// libraries differ, and MassTransit's lets any authority pass: so neither is asked.
/// </summary>
public static class BrokerTls
{
    // RFC 5280, 4.2.1.12: of a certificate that says what it is for.
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    /// <summary>The options of a connection.</summary>
    /// <param name="bus">Says where the broker is, and which authorities may have signed its certificate.</param>
    /// <exception cref="ConfigurationException">The authorities cannot be read.</exception>
    public static SslOption Options(BusConfiguration bus) => bus.Tls
        ? new SslOption(bus.Host, enabled: true)
        {
            CertificateValidationCallback = bus.CaCertificate is { } file ? SignedByOneOf(Authorities(file)) : IsGood,
        }
        : new SslOption();

    private static bool IsGood(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => errors == SslPolicyErrors.None;

    private static X509Certificate2Collection Authorities(string file)
    {
        X509Certificate2Collection authorities = [];
        try
        {
            authorities.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ConfigurationException($"bus.ca_certificate: {file}: {e.Message}");
        }

        return authorities.Count > 0 ? authorities : throw new ConfigurationException($"bus.ca_certificate: {file}: there is no certificate in it");
    }

    // What the system says of the chain is replaced; what it says of the name is not.
    private static RemoteCertificateValidationCallback SignedByOneOf(X509Certificate2Collection authorities) => (_, certificate, sent, errors) =>
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(ServerAuthentication);
        // The authorities in between, as far as the broker has sent them.
        if (sent is not null)
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        using var broker = new X509Certificate2(certificate);
        return chain.Build(broker);
    };
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Api.Http;

/// <summary>Reads what the API serves TLS with.</summary>
internal static class ServerCertificate
{
    /// <summary>Reads the certificate with its chain, and the private key.</summary>
    /// <param name="configuration">Names the PEM files.</param>
    /// <param name="credentials">May have them.</param>
    /// <returns><c>null</c> when none are named: the API serves plain HTTP.</returns>
    /// <exception cref="ConfigurationException">They cannot be read, or do not belong together.</exception>
    public static HttpsConnectionAdapterOptions? Load(RestApiConfiguration configuration, SystemdCredentials credentials)
    {
        if (configuration is not { Certificate: { } certificate, PrivateKey: { } privateKey })
            return null;
        (certificate, privateKey) = (credentials.PathOf(certificate), credentials.PathOf(privateKey));
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(certificate);
            return new HttpsConnectionAdapterOptions
            {
                ServerCertificate = X509Certificate2.CreateFromPemFile(certificate, privateKey),
                ServerCertificateChain = chain,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new ConfigurationException($"rest_api.certificate, rest_api.private_key: {e.Message}");
        }
    }
}

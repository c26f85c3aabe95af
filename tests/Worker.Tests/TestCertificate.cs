using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace WazoPlugind.Worker.Tests;

/// <summary>Certificates of authorities that nobody knows, and of the servers that they vouch for.</summary>
internal static class TestCertificate
{
    /// <summary>The certificate of an authority.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="issuer">The authority above it; <c>null</c> for a root.</param>
    public static X509Certificate2 OfAuthority(string name, X509Certificate2? issuer = null) =>
        Create(name, issuer, days: issuer is null ? 30 : 20, new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));

    /// <summary>The certificate of a server.</summary>
    /// <param name="dnsName">The host that it is for.</param>
    /// <param name="issuer">Who signs it; <c>null</c> for itself.</param>
    /// <param name="days">How long it is still good for.</param>
    /// <param name="purpose">What it is good for; that of a server unless a test says otherwise.</param>
    public static X509Certificate2 OfServer(string dnsName, X509Certificate2? issuer, int days = 3, string purpose = "1.3.6.1.5.5.7.3.1")
    {
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(dnsName);
        return Create("broker", issuer, days, names.Build(), new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
    }

    private static X509Certificate2 Create(string name, X509Certificate2? issuer, int days, params X509Extension[] extensions)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        foreach (var extension in extensions)
            request.CertificateExtensions.Add(extension);
        var now = TimeProvider.System.GetUtcNow();
        if (issuer is null)
            return request.CreateSelfSigned(now.AddDays(-10), now.AddDays(days));
        using var signed = request.Create(issuer, now.AddDays(-10), now.AddDays(days), Guid.NewGuid().ToByteArray());
        return signed.CopyWithPrivateKey(key);
    }
}

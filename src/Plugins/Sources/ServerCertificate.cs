using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace WazoPlugind.Plugins.Sources;

/// <summary>Finds out what is wrong with the certificate that a server shows: who was refused by it does not say.</summary>
internal static class ServerCertificate
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>What is wrong with it, and what to do.</summary>
    /// <param name="url">The address.</param>
    /// <param name="proxies">Lead there.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    public static async Task<string> ProblemOfAsync(SourceUrl url, IWebProxy proxies, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        string? problem = null;
        using var handler = new SocketsHttpHandler { Proxy = proxies };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            problem = certificate is X509Certificate2 shown ? ProblemOf(url, shown) : null;
            // Nothing else is wanted of it.
            return false;
        };
        try
        {
            if (!Uri.TryCreate(url.Origin, UriKind.Absolute, out var uri))
                return Unknown(url, "");
            using var http = new HttpMessageInvoker(handler);
            using var request = new HttpRequestMessage(HttpMethod.Head, uri);
            using var answer = await http.SendAsync(request, limit.Token);
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // What it has shown until then counts.
        }

        return problem ?? Unknown(url, "");
    }

    private static string ProblemOf(SourceUrl url, X509Certificate2 certificate)
    {
        var now = TimeProvider.System.GetUtcNow();
        if (now > certificate.NotAfter.ToUniversalTime())
        {
            return $"the certificate of {url.Host} has expired on {Day(certificate.NotAfter)}: its administrator has to renew it "
                + "(or the clock of this machine is wrong)";
        }

        if (now < certificate.NotBefore.ToUniversalTime())
            return $"the certificate of {url.Host} counts from {Day(certificate.NotBefore)} on: the clock of this machine may be wrong";
        return certificate.Subject == certificate.Issuer
            ? $"the certificate of {url.Host} is signed by itself: to trust it, put it into /usr/local/share/ca-certificates as a .crt file "
                + "and run update-ca-certificates"
            : Unknown(url, $" ({certificate.Issuer})");
    }

    private static string Unknown(SourceUrl url, string issuer) =>
        $"the certificate of {url.Host} is signed by an authority that this machine does not know{issuer}: to trust it, put the authority's "
        + "certificate into /usr/local/share/ca-certificates as a .crt file and run update-ca-certificates";

    private static string Day(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

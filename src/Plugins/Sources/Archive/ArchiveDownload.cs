using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Platform.Proxies;
using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Plugins.Sources.Archive;

/// <summary>
/// Downloads files by https. Credentials go to the scheme, host and port of the url alone; redirects are followed here, so that none
/// leads where the configuration does not.
/// </summary>
/// <param name="configuration">Says how long to wait.</param>
/// <param name="policy">Says which addresses are allowed.</param>
/// <param name="credentials">Knows what to sign in with.</param>
/// <param name="hosts">Is told which hosts answer.</param>
/// <param name="time">The clock of the waiting.</param>
public sealed class ArchiveDownload(
    PlugindConfiguration configuration, SourcePolicy policy, SourceCredentials credentials, SourceHosts hosts, TimeProvider time)
{
    // As many as git follows.
    private const int Redirects = 20;

    private readonly ProxyRoutes _proxies = new(configuration.Proxy);

    /// <summary>How long to wait for the other machine.</summary>
    public SourcePatience Patience { get; init; } =
        new(TimeSpan.FromSeconds(configuration.Sources.ConnectionTimeout), TimeSpan.FromSeconds(configuration.Sources.SilenceTimeout));

    /// <summary>The authorities to trust in place of the machine's, in tests.</summary>
    internal X509Certificate2Collection? Authorities { get; init; }

    /// <summary>Downloads a file.</summary>
    /// <param name="url">Where it is.</param>
    /// <param name="save">Saves what comes.</param>
    /// <param name="progress">Says when to stop.</param>
    /// <returns>What went wrong, or <c>null</c>.</returns>
    internal async Task<StepFailure?> RunAsync(SourceUrl url, Func<Stream, SilenceLimit?, Task> save, IStepProgress progress)
    {
        var wasSilent = hosts.IsSilent(url.Host);
        using var http = new HttpClient(Handler()) { Timeout = Timeout.InfiniteTimeSpan };
        var current = url;
        for (var redirects = 0; ; redirects++)
        {
            var own = current.Origin == url.Origin ? credentials.Find(url) : null;
            var (location, failure) = await RunOnceAsync(http, current, own, save, progress);
            // It has been tried once more.
            if (failure is { Transience.TimedOut: true } && wasSilent)
                return failure with { Transience = null };
            if (location is null)
                return failure;
            if (NextOf(current, location, out var problem) is not { } next || redirects == Redirects)
                return Failed(problem ?? $"{url} leads from one redirect to the next");
            current = next;
        }
    }

    private SocketsHttpHandler Handler()
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = Patience.Connection,
            Proxy = _proxies,
            // The hash is that of the file.
            AutomaticDecompression = DecompressionMethods.None,
        };
        if (Authorities is null)
            return handler;
        var chain = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        chain.CustomTrustStore.AddRange(Authorities);
        handler.SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = chain };
        return handler;
    }

    private async Task<(string? Location, StepFailure? Failure)> RunOnceAsync(
        HttpClient http, SourceUrl url, UrlCredentials? own, Func<Stream, SilenceLimit?, Task> save, IStepProgress progress)
    {
        var proxy = _proxies.Find(url.Protocol, url.Host);
        var host = ProxyAddress.WayTo(url.Host, proxy);
        using var silence = new SilenceLimit(Patience.Silence, time, progress.Cancellation);
        using var visit = hosts.Begin(url.Host, () => silence.HasHeard);
        using var request = new HttpRequestMessage(HttpMethod.Get, url.Address);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("wazo-plugind", null));
        if (own is not null)
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{own.UserName}:{own.Password}")));
        try
        {
            // The connection has a limit of its own before.
            silence.Extend(Patience.Connection);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token);
            silence.Heard();
            if ((int)answer.StatusCode is 301 or 302 or 303 or 307 or 308 && answer.Headers.Location is { } location)
                return (location.OriginalString, null);
            if (answer.StatusCode != HttpStatusCode.OK)
                return (null, RefusedBy(url, answer, own is not null));
            await using var content = await answer.Content.ReadAsStreamAsync(silence.Token);
            await save(content, silence);
            return (null, null);
        }
        catch (OperationCanceledException e) when (silence.IsOver || e.InnerException is TimeoutException)
        {
            visit.TimedOut = true;
            var reason = e.InnerException is TimeoutException
                ? $"no connection with {host} within {Seconds(Patience.Connection)}"
                : $"nothing came from {host} for {Seconds(Patience.Silence)}";
            return (null, Failed(reason) with { Transience = new Transience { TimedOut = true } });
        }
        catch (HttpRequestException e) when (e.InnerException is AuthenticationException refusal)
        {
            return (null, Failed(await CertificateProblemAsync(url, refusal, progress)));
        }
        catch (HttpRequestException e) when (proxy?.ProblemOf(e) is { } problem)
        {
            return (null, Failed(problem) with { Transience = (int?)e.StatusCode is null or >= 500 ? new Transience() : null });
        }
        catch (Exception e) when (e is HttpRequestException or HttpIOException or IOException { InnerException: SocketException })
        {
            return (null, Failed($"{host} could not be reached, or hung up: {e.Message}") with { Transience = new Transience() });
        }
    }

    private StepFailure RefusedBy(SourceUrl url, HttpResponseMessage answer, bool hadCredentials)
    {
        var status = (int)answer.StatusCode;
        if (status is 408 or 429 or >= 500)
        {
            var wish = answer.Headers.RetryAfter;
            var wait = wish?.Delta ?? (wish?.Date - time.GetUtcNow());
            return Failed($"{url.Host} answers {status}") with { Transience = new Transience { RetryAfter = wait > TimeSpan.Zero ? wait : null } };
        }

        return Failed(status switch
        {
            401 or 403 when hadCredentials => $"{url.Host} refuses the credentials: {SourceCredentials.HowToSignIn}",
            401 or 403 => $"{url.Host} wants credentials, and there are none for it: {SourceCredentials.HowToSignIn}",
            404 or 410 => $"{url.Host} has no such file, or one that it shows to nobody without credentials: {SourceCredentials.HowToSignIn}",
            _ => $"{url.Host} answers {status}",
        });
    }

    private SourceUrl? NextOf(SourceUrl current, string location, out string? problem)
    {
        var absolute = Uri.TryCreate(new Uri(current.Address), location, out var uri) ? uri.AbsoluteUri : location;
        var next = SourceUrl.Parse(absolute, out var reason);
        problem = next is { Protocol: "https" }
            ? policy.ProblemOf(next)
            : reason.Length > 0 ? reason : "that is no address by https";
        if (problem is not null)
            problem = $"{current} redirects to {SourceUrl.Redact(absolute)}: {problem}";
        // Whatever credentials it holds are not those of the url.
        return problem is null ? next! with { UserName = null, Password = null } : null;
    }

    private async Task<string> CertificateProblemAsync(SourceUrl url, AuthenticationException refusal, IStepProgress progress) =>
        refusal.Message.Contains(nameof(SslPolicyErrors.RemoteCertificateNameMismatch), StringComparison.Ordinal)
            ? $"the certificate of {url.Host} is for another name: the url has to have a name that is in it"
            : await ServerCertificate.ProblemOfAsync(url, _proxies, progress.Cancellation);

    private static StepFailure Failed(string reason) => StepFailure.Of(StepName.Downloading, reason);

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} seconds");
}

using System.Net;
using System.Text.Json;
using WazoPlugind.Platform.Auth;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Platform.Confd;

/// <summary>The version of the platform that plugins are installed on: from the environment, else from confd.</summary>
public sealed class PlatformVersion
{
    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private sealed record Known(string Version, long AskedAt);

    private readonly HttpClient _http;
    private readonly WazoAuth _auth;
    private readonly PlugindConfiguration _configuration;
    private readonly TimeProvider _time;
    private readonly SingleFlight<Known> _fetch;
    private volatile Known? _known;

    /// <summary>Asks nothing yet.</summary>
    /// <param name="http">Keeps the connections.</param>
    /// <param name="auth">Makes the token that confd wants.</param>
    /// <param name="configuration">Says where confd is.</param>
    /// <param name="time">The clock of the cache.</param>
    public PlatformVersion(HttpClient http, WazoAuth auth, PlugindConfiguration configuration, TimeProvider time)
    {
        (_http, _auth, _configuration, _time) = (http, auth, configuration, time);
        _fetch = new SingleFlight<Known>(FetchAsync);
    }

    /// <summary>The version, no older than a minute.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="PlatformUnavailableException">confd or wazo-auth does not answer as it should.</exception>
    public async Task<string> GetAsync(CancellationToken cancellationToken)
    {
        if (_configuration.WazoVersion is { Length: > 0 } fixedVersion)
            return fixedVersion;
        var known = _known;
        if (known is null || _time.GetElapsedTime(known.AskedAt) > Freshness)
            known = await _fetch.JoinAsync(cancellationToken);
        return known.Version;
    }

    private async Task<Known> FetchAsync()
    {
        var askedAt = _time.GetTimestamp();
        var confd = _configuration.Confd;
        var address = $"{(confd.Https ? "https" : "http")}://{confd.Host}:{confd.Port}{confd.Prefix}/{confd.Version}/infos";
        using var limit = new CancellationTokenSource(Timeout, _time);
        try
        {
            var token = await _auth.CreateServiceTokenAsync(limit.Token);
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.TryAddWithoutValidation("X-Auth-Token", token.Token);
            using var response = await _http.SendAsync(request, limit.Token);
            if (response.StatusCode != HttpStatusCode.OK)
                throw new PlatformUnavailableException($"confd answered {(int)response.StatusCode}");
            using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(limit.Token));
            var version = document.RootElement.GetProperty("wazo_version").GetString()
                ?? throw new PlatformUnavailableException("confd does not say the platform's version");
            return _known = new Known(version, askedAt);
        }
        catch (HttpRequestException e)
        {
            throw new PlatformUnavailableException($"confd: {e.HttpRequestError}", e);
        }
        catch (OperationCanceledException e)
        {
            throw new PlatformUnavailableException("confd did not answer in time", e);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new PlatformUnavailableException("confd answered something that is not its infos", e);
        }
    }
}

using System.Net;
using System.Text.Json;
using WazoPlugind.Plugins.Configuration;

namespace WazoPlugind.Plugins.Platform;

/// <summary>The version of the platform that plugins are installed on: from the environment, else from confd.</summary>
/// <param name="http">Keeps the connections.</param>
/// <param name="auth">Makes the token that confd wants.</param>
/// <param name="configuration">Says where confd is.</param>
/// <param name="time">The clock of the cache.</param>
public sealed class PlatformVersion(HttpClient http, WazoAuth auth, PlugindConfiguration configuration, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _one = new(1);
    private string? _version;
    private long _fetchedAt;

    /// <summary>The version, no older than a minute.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="PlatformUnavailableException">confd or wazo-auth does not answer as it should.</exception>
    public async Task<string> GetAsync(CancellationToken cancellationToken)
    {
        if (configuration.WazoVersion is { Length: > 0 } fixedVersion)
            return fixedVersion;
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_version is null || time.GetElapsedTime(_fetchedAt) > Freshness)
            {
                _version = await FetchAsync(cancellationToken);
                _fetchedAt = time.GetTimestamp();
            }

            return _version;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task<string> FetchAsync(CancellationToken cancellationToken)
    {
        var confd = configuration.Confd;
        var address = $"{(confd.Https ? "https" : "http")}://{confd.Host}:{confd.Port}{confd.Prefix}/{confd.Version}/infos";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            var token = await auth.CreateServiceTokenAsync(limit.Token);
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.TryAddWithoutValidation("X-Auth-Token", token.Token);
            using var response = await http.SendAsync(request, limit.Token);
            if (response.StatusCode != HttpStatusCode.OK)
                throw new PlatformUnavailableException($"confd answered {(int)response.StatusCode}");
            using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync(limit.Token));
            return document.RootElement.GetProperty("wazo_version").GetString()
                ?? throw new PlatformUnavailableException("confd does not say the platform's version");
        }
        catch (HttpRequestException e)
        {
            throw new PlatformUnavailableException($"confd: {e.HttpRequestError}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PlatformUnavailableException("confd did not answer in time", e);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new PlatformUnavailableException("confd answered something that is not its infos", e);
        }
    }
}

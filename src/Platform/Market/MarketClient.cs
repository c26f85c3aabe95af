using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using WazoPlugind.Platform.Confd;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Platform.Proxies;

namespace WazoPlugind.Platform.Market;

/// <summary>
/// Gets what the market has, and keeps one copy: for <c>market.freshness</c> it is taken as it is, then the market is asked
/// whether it has changed. A market that does not answer is an error, whatever the copy says.
/// </summary>
public sealed class MarketClient
{
    // In bytes.
    private const int MaxSize = 16 * 1024 * 1024;
    private const int FirstRead = 64 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private sealed record Copy(MarketCatalog Catalog, EntityTagHeaderValue? Tag, DateTimeOffset? ModifiedAt, long AskedAt);

    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly string _address;
    private readonly ProxyAddress? _proxy;
    private readonly string _market;
    private readonly TimeSpan _freshness;
    private readonly SingleFlight<Copy> _fetch;
    private volatile Copy? _copy;

    /// <summary>Asks nothing yet.</summary>
    /// <param name="http">Keeps the connections, by the proxy of the configuration.</param>
    /// <param name="configuration">Says where the market is.</param>
    /// <param name="time">The clock of the freshness.</param>
    public MarketClient(HttpClient http, PlugindConfiguration configuration, TimeProvider time)
    {
        (_http, _time) = (http, time);
        var market = configuration.Market;
        var port = market.Port is { } number ? $":{number}" : "";
        var scheme = market.Https ? "https" : "http";
        _address = $"{scheme}://{market.Host}{port}/{market.Version}/plugins";
        _proxy = new ProxyRoutes(configuration.Proxy).Find(scheme, market.Host);
        _market = ProxyAddress.WayTo("the market", _proxy);
        _freshness = TimeSpan.FromSeconds(market.Freshness);
        _fetch = new SingleFlight<Copy>(FetchAsync);
    }

    /// <summary>What the market had no longer ago than its freshness.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="PlatformUnavailableException">The market does not answer, or not as it should.</exception>
    public Task<MarketCatalog> GetAsync(CancellationToken cancellationToken) => GetAsync(_freshness, cancellationToken);

    /// <summary>What the market has now.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="PlatformUnavailableException">The market does not answer, or not as it should.</exception>
    public Task<MarketCatalog> RevalidateAsync(CancellationToken cancellationToken) => GetAsync(TimeSpan.Zero, cancellationToken);

    private async Task<MarketCatalog> GetAsync(TimeSpan maxAge, CancellationToken cancellationToken)
    {
        var copy = _copy;
        if (copy is null || _time.GetElapsedTime(copy.AskedAt) >= maxAge)
            copy = await _fetch.JoinAsync(cancellationToken);
        return copy.Catalog;
    }

    private async Task<Copy> FetchAsync()
    {
        var askedAt = _time.GetTimestamp();
        using var limit = new CancellationTokenSource(Timeout, _time);
        using var request = new HttpRequestMessage(HttpMethod.Get, _address);
        if (_copy is { Tag: { } tag })
            request.Headers.IfNoneMatch.Add(tag);
        request.Headers.IfModifiedSince = _copy?.ModifiedAt;
        try
        {
            using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit.Token);
            if (response.StatusCode == HttpStatusCode.NotModified && _copy is { } known)
                return _copy = known with { AskedAt = askedAt };
            if (response.StatusCode == HttpStatusCode.ProxyAuthenticationRequired && _proxy is not null)
                throw new PlatformUnavailableException($"the market: {_proxy.Refusal}");
            if (response.StatusCode != HttpStatusCode.OK)
                throw new PlatformUnavailableException($"{_market} answered {(int)response.StatusCode}");
            var catalog = MarketCatalog.Parse(await ReadAsync(response.Content, limit.Token));
            return _copy = new Copy(catalog, response.Headers.ETag, response.Content.Headers.LastModified, askedAt);
        }
        catch (HttpRequestException e)
        {
            throw new PlatformUnavailableException($"the market: {_proxy?.ProblemOf(e) ?? $"{e.HttpRequestError}"}", e);
        }
        catch (JsonException e)
        {
            throw new PlatformUnavailableException($"{_market} answered something that is not its plugins", e);
        }
        catch (OperationCanceledException e)
        {
            throw new PlatformUnavailableException($"{_market} did not answer within {Timeout.TotalSeconds} s", e);
        }
    }

    // The content's own way to be read leaves buffers as large as the largest market in a pool.
    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = await content.ReadAsStreamAsync(cancellationToken);
            var body = new byte[(int)Math.Min(content.Headers.ContentLength + 1 ?? FirstRead, MaxSize)];
            var length = 0;
            while (await stream.ReadAsync(body.AsMemory(length), cancellationToken) is var count and > 0)
            {
                length += count;
                if (length == MaxSize)
                    throw new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded);
                if (length == body.Length)
                    Array.Resize(ref body, Math.Min(2 * length, MaxSize));
            }

            return body.AsMemory(0, length);
        }
        catch (HttpIOException e)
        {
            throw new HttpRequestException(e.HttpRequestError, inner: e);
        }
    }
}

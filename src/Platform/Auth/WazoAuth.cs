using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Platform.Yaml;

namespace WazoPlugind.Platform.Auth;

/// <summary>A client of wazo-auth: checks tokens, and makes the service's own.</summary>
/// <remarks>No handler that logs requests may come between: tokens are part of their paths.</remarks>
/// <param name="http">Keeps the connections.</param>
/// <param name="configuration">Says where wazo-auth is.</param>
/// <param name="credentials">The service's credentials of systemd.</param>
public sealed class WazoAuth(HttpClient http, AuthConfiguration configuration, SystemdCredentials credentials)
{
    /// <summary>How long wazo-auth may take to answer.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private const int MaxTokenLength = 256;

    private readonly string _baseAddress =
        $"{(configuration.Https ? "https" : "http")}://{configuration.Host}:{configuration.Port}{configuration.Prefix}/0.1/token";

    /// <summary>Asks whether a token has an access, with one request.</summary>
    /// <param name="token">The token, of unknown origin; may be empty.</param>
    /// <param name="scope">The access.</param>
    /// <param name="tenant">The tenant that the caller wants to act for, or <c>null</c>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="PlatformUnavailableException">wazo-auth does not answer in time, or not as it should.</exception>
    public async Task<TokenCheck> CheckAsync(string token, string scope, string? tenant, CancellationToken cancellationToken)
    {
        // What can be no token must not become another path of wazo-auth's. It is still asked: a caller is told first
        // that wazo-auth is away.
        var path = token.Length <= MaxTokenLength && token.All(IsTokenCharacter) ? token : "";
        var address = $"{_baseAddress}/{path}?scope={Uri.EscapeDataString(scope)}";
        if (tenant is not null)
            address += $"&tenant={Uri.EscapeDataString(tenant)}";
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, address), cancellationToken);
        return response.StatusCode switch
        {
            _ when path.Length == 0 => new TokenCheck(TokenVerdict.Unknown, null),
            HttpStatusCode.OK => await ReadCheckAsync(response, cancellationToken),
            HttpStatusCode.NotFound => new TokenCheck(TokenVerdict.Unknown, null),
            HttpStatusCode.Forbidden => new TokenCheck(TokenVerdict.Forbidden, null),
            var status => throw new PlatformUnavailableException($"wazo-auth answered {(int)status}"),
        };
    }

    /// <summary>Makes a token for this service itself.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="PlatformUnavailableException">wazo-auth does not answer, refuses, or the key file cannot be read.</exception>
    public async Task<ServiceToken> CreateServiceTokenAsync(CancellationToken cancellationToken)
    {
        var (userName, password) = ReadCredentials();
        using var request = new HttpRequestMessage(HttpMethod.Post, _baseAddress)
        {
            Content = new StringContent(
                new JsonObject { ["expiration"] = (int)ServiceToken.Lifetime.TotalSeconds }.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{userName}:{password}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", basic);
        using var response = await SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
            throw new PlatformUnavailableException($"wazo-auth answered {(int)response.StatusCode} to the service's credentials");
        return await ReadTokenAsync(response, cancellationToken);
    }

    private static bool IsTokenCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_';

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        try
        {
            return await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, limit.Token);
        }
        catch (HttpRequestException e)
        {
            throw new PlatformUnavailableException($"wazo-auth: {e.HttpRequestError}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new PlatformUnavailableException($"wazo-auth did not answer within {Timeout.TotalSeconds} s", e);
        }
    }

    private static Task<TokenCheck> ReadCheckAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        ReadAsync(
            response,
            data => new TokenCheck(
                TokenVerdict.Valid,
                Tenant(data),
                Text(data.GetProperty("metadata"), "uuid") ?? Text(data, "auth_id"),
                Text(data.GetProperty("metadata"), "login")),
            cancellationToken);

    private static Task<ServiceToken> ReadTokenAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        ReadAsync(response, data => new ServiceToken(Text(data, "token") ?? "", Tenant(data)), cancellationToken);

    private static string Tenant(JsonElement data) => data.GetProperty("metadata").GetProperty("tenant_uuid").GetString() ?? "";

    private static string? Text(JsonElement element, string key) => element.TryGetProperty(key, out var value) ? value.GetString() : null;

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(
                await response.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
            return read(document.RootElement.GetProperty("data"));
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new PlatformUnavailableException("wazo-auth answered something that is not a token", e);
        }
    }

    private (string UserName, string Password) ReadCredentials()
    {
        if (configuration.Username is { } userName && configuration.Password is { } password)
            return (userName, password);
        try
        {
            var key = YamlJson.Read(File.ReadAllText(credentials.PathOf(configuration.KeyFile))) as JsonObject;
            if (key?["service_id"]?.ToString() is { } id && key["service_key"]?.ToString() is { } secret)
                return (id, secret);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or YamlFormatException)
        {
            // The exception's text may quote the file.
            throw new PlatformUnavailableException($"the key file {configuration.KeyFile} cannot be read");
        }

        throw new PlatformUnavailableException($"the key file {configuration.KeyFile} holds no service_id and service_key");
    }
}

using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Api.Discovery;

/// <summary>
/// Announces the API in Consul while the process runs, with a check that turns critical when it is not refreshed in time. An agent
/// that is away, or has forgotten the entry, is told again until it takes it.
/// </summary>
/// <param name="http">Keeps the connections.</param>
/// <param name="configuration">Says where Consul is, and what to announce.</param>
/// <param name="time">The clock of the refreshes.</param>
/// <param name="logger">Is told of changes.</param>
internal sealed partial class ConsulRegistration(
    HttpClient http, PlugindConfiguration configuration, TimeProvider time, ILogger<ConsulRegistration> logger) : BackgroundService
{
    private const string Name = "wazo-plugind";
    private const string AutomaticAddress = "auto";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly ServiceDiscoveryConfiguration _discovery = configuration.ServiceDiscovery;

    // The same after a restart, so that the entry of a process that was killed is taken over.
    private readonly string _id = configuration.Uuid is { Length: > 0 } uuid ? $"{Name}-{uuid}" : Name;

    private bool _registered;
    private string? _trouble;

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        if (!_registered)
            return;
        try
        {
            await PutAsync($"service/deregister/{_id}", null, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            LogTrouble("deregistered", e.Message);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var works = await TryAsync(stoppingToken);
            var pause = TimeSpan.FromSeconds(works ? _discovery.RefreshInterval : _discovery.RetryInterval);
            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_registered)
            {
                await PutAsync($"check/pass/service:{_id}", null, cancellationToken);
            }
            else
            {
                var address = FindAddress();
                await PutAsync("service/register", Entry(address), cancellationToken);
                _registered = true;
                LogRegistered(address, _discovery.AdvertisePort);
            }

            _trouble = null;
            return true;
        }
        catch (Exception e) when (e is HttpRequestException or NetworkInformationException or OperationCanceledException)
        {
            // The same trouble every few seconds is told once.
            if (!cancellationToken.IsCancellationRequested && _trouble != e.Message)
                LogTrouble("registered", _trouble = e.Message);
            // Refused: the agent does not know the entry any more.
            _registered &= e is not HttpRequestException { StatusCode: not null };
            return false;
        }
    }

    private JsonObject Entry(string address) => new()
    {
        ["ID"] = _id,
        ["Name"] = Name,
        ["Address"] = address,
        ["Port"] = _discovery.AdvertisePort,
        ["Tags"] = new JsonArray([.. ((string?[])[Name, configuration.Uuid, .. _discovery.ExtraTags])
            .Where(tag => !string.IsNullOrEmpty(tag)).Select(tag => JsonValue.Create(tag))]),
        // Passing from the first moment, not only from the first refresh.
        ["Check"] = new JsonObject { ["TTL"] = $"{_discovery.TtlInterval}s", ["Status"] = "passing" },
    };

    private string FindAddress()
    {
        if (_discovery.AdvertiseAddress != AutomaticAddress)
            return _discovery.AdvertiseAddress;
        var name = _discovery.AdvertiseAddressInterface;
        var addresses = NetworkInterface.GetAllNetworkInterfaces().FirstOrDefault(candidate => candidate.Name == name)?
            .GetIPProperties().UnicastAddresses.Select(address => address.Address).ToList() ?? [];
        var address = addresses.Find(address => address.AddressFamily == AddressFamily.InterNetwork) ?? addresses.FirstOrDefault();
        return address?.ToString()
            ?? throw new HttpRequestException($"service_discovery.advertise_address_interface: '{name}' has no address");
    }

    // Consul's agent API, version 1.
    private async Task PutAsync(string path, JsonObject? body, CancellationToken cancellationToken)
    {
        var consul = configuration.Consul;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Timeout);
        using var request = new HttpRequestMessage(HttpMethod.Put, $"{consul.Scheme}://{consul.Host ?? "localhost"}:{consul.Port}/v1/agent/{path}");
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        if (consul.Token is { Length: > 0 } token)
            request.Headers.TryAddWithoutValidation("X-Consul-Token", token);
        using var response = await http.SendAsync(request, limit.Token);
        if (response.StatusCode != HttpStatusCode.OK)
            throw new HttpRequestException($"Consul answered {(int)response.StatusCode} to {path}", null, response.StatusCode);
    }

    [LoggerMessage(LogLevel.Information, "Registered in Consul at {Address}:{Port}")]
    private partial void LogRegistered(string address, int port);

    [LoggerMessage(LogLevel.Warning, "The service cannot be {Action} in Consul: {Reason}")]
    private partial void LogTrouble(string action, string reason);
}

using WazoPlugind.Plugins.Configuration;
using WazoPlugind.Plugins.Platform;

namespace WazoPlugind.Api.Authentication;

/// <summary>Finds out the master tenant: from the configuration, else from wazo-auth, which is asked until it answers.</summary>
/// <param name="auth">Makes the token that belongs to it.</param>
/// <param name="configuration">May name it.</param>
/// <param name="time">The clock of the pauses.</param>
/// <param name="logger">Is told of failures.</param>
internal sealed partial class MasterTenant(WazoAuth auth, AuthConfiguration configuration, TimeProvider time, ILogger<MasterTenant> logger)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(32);

    private readonly CancellationTokenSource _stopping = new();
    private volatile string? _uuid = configuration.MasterTenantUuid;
    private Task? _search;

    /// <summary>Its UUID, or <c>null</c> while it is not known.</summary>
    public string? Uuid => _uuid;

    /// <summary>Begins to ask, unless that was done before. The host starts its services late, just before it listens.</summary>
    public void Begin()
    {
        lock (_stopping)
            _search ??= Task.Run(SearchAsync);
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Begin();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        if (_search is not null)
            await _search.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    private async Task SearchAsync()
    {
        for (var pause = TimeSpan.FromSeconds(1); _uuid is null && !_stopping.IsCancellationRequested; pause = pause < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                var token = await auth.CreateServiceTokenAsync(_stopping.Token);
                if (token.TenantUuid.Length > 0)
                    _uuid = token.TenantUuid;
            }
            catch (PlatformUnavailableException e)
            {
                LogUnavailable(e.Message, pause.TotalSeconds);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }

            if (_uuid is null)
                await Task.Delay(pause, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The master tenant is not known yet: {Reason}; next try in {Seconds} s")]
    private partial void LogUnavailable(string reason, double seconds);
}

using WazoPlugind.Platform;
using WazoPlugind.Platform.Auth;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Api.Authentication;

/// <summary>Finds out the master tenant: from the configuration, else from wazo-auth, which is asked until it answers.</summary>
/// <param name="auth">Makes the token that belongs to it.</param>
/// <param name="configuration">May name it.</param>
/// <param name="time">The clock of the pauses.</param>
/// <param name="logger">Is told of failures.</param>
internal sealed partial class MasterTenant(WazoAuth auth, AuthConfiguration configuration, TimeProvider time, ILogger<MasterTenant> logger)
    : BackgroundService
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(32);

    private volatile string? _uuid = configuration.MasterTenantUuid;

    /// <summary>Its UUID, or <c>null</c> while it is not known.</summary>
    public string? Uuid => _uuid;

    /// <summary>Begins to ask, unless that was done before: the host starts its services late, just before it listens.</summary>
    /// <param name="cancellationToken">Stops the asking.</param>
    public override Task StartAsync(CancellationToken cancellationToken) => ExecuteTask is null ? base.StartAsync(cancellationToken) : Task.CompletedTask;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var pause = TimeSpan.FromSeconds(1); _uuid is null && !stoppingToken.IsCancellationRequested; pause = pause < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                var token = await auth.CreateServiceTokenAsync(stoppingToken);
                if (token.TenantUuid.Length > 0)
                    _uuid = token.TenantUuid;
            }
            catch (PlatformUnavailableException e)
            {
                LogUnavailable(e.Message, pause.TotalSeconds);
            }
            // A host that failed to start takes a service that ends in an exception for one that broke.
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }

            if (_uuid is null)
                await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(LogLevel.Warning, "The master tenant is not known yet: {Reason}; next try in {Seconds} s")]
    private partial void LogUnavailable(string reason, double seconds);
}

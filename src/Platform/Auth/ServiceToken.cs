namespace WazoPlugind.Platform.Auth;

/// <summary>A token of this service's own.</summary>
/// <param name="Token">The token.</param>
/// <param name="TenantUuid">The tenant that it belongs to: the platform's master tenant.</param>
public sealed record ServiceToken(string Token, string TenantUuid)
{
    /// <summary>How long it is asked to live: each is used at once, for one thing.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    /// <summary>Omits the token.</summary>
    public override string ToString() => nameof(ServiceToken);
}

namespace WazoPlugind.Platform.Auth;

/// <summary>The answer to the check of a token.</summary>
/// <param name="Verdict">The answer.</param>
/// <param name="TenantUuid">The token's own tenant, when it is valid.</param>
/// <param name="UserUuid">The token's user, when it is valid and wazo-auth says one.</param>
/// <param name="Login">That user's login name, in the same case.</param>
public sealed record TokenCheck(TokenVerdict Verdict, string? TenantUuid, string? UserUuid = null, string? Login = null);

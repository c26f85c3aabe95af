using System.Text.Json.Nodes;
using WazoPlugind.Api.Errors;
using WazoPlugind.Operations.Records;
using WazoPlugind.Platform;
using WazoPlugind.Platform.Auth;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Api.Authentication;

/// <summary>Decides whether a request may do what it asks, with one question to wazo-auth.</summary>
/// <param name="auth">Knows tokens.</param>
/// <param name="masterTenant">The only tenant that may do most things.</param>
/// <param name="configuration">Says where wazo-auth is, for the error.</param>
internal sealed class Authenticator(WazoAuth auth, MasterTenant masterTenant, PlugindConfiguration configuration)
{
    private const int ShownTokenLength = 4;

    /// <summary>The token that a request came with, empty when it came with none.</summary>
    /// <param name="request">The request.</param>
    public static string TokenOf(HttpRequest request) => request.Headers["X-Auth-Token"].ToString();

    /// <summary>As much of a token as may be logged: its last characters, which tell callers apart.</summary>
    /// <param name="token">The token, of unknown origin.</param>
    public static string Shortened(string token) => token.Length switch
    {
        0 => "none",
        // So short that the last characters are most of it.
        < 4 * ShownTokenLength => "...",
        _ => string.Concat("...", token.AsSpan(token.Length - ShownTokenLength)),
    };

    /// <summary>Checks the request's token, in the order that clients rely on: access, master tenant known, tenant is the master's.</summary>
    /// <param name="request">The request.</param>
    /// <param name="access">What it needs, for example <c>plugind.plugins.read</c>.</param>
    /// <param name="anyTenant">Whether tokens of other tenants than the master's will do.</param>
    /// <returns>Who asks.</returns>
    /// <exception cref="ApiErrorException">It may not, or nobody can say.</exception>
    public async Task<OperationRequester> RequireAsync(HttpRequest request, string access, bool anyTenant = false)
    {
        var token = TokenOf(request);
        var tenant = request.Headers["Wazo-Tenant"] is { Count: > 0 } header ? header.ToString() : null;
        var check = await CheckAsync(token, access, tenant, request.HttpContext.RequestAborted);
        switch (check.Verdict)
        {
            case TokenVerdict.Unknown:
                throw Unauthorized(token, new JsonObject { ["reason"] = "not_found_or_expired", ["required_access"] = access });
            case TokenVerdict.Forbidden:
                throw Unauthorized(token, new JsonObject
                {
                    ["reason"] = "missing_permission_or_invalid_tenant",
                    ["required_access"] = access,
                    ["tenant_uuid"] = tenant,
                });
        }

        if (!anyTenant)
        {
            if (masterTenant.Uuid is not { Length: > 0 } master)
                throw new ApiErrorException(ApiError.NotInitialized());
            if (check.TenantUuid != master)
                throw Unauthorized(token, []);
        }

        var context = request.HttpContext;
        return new OperationRequester(
            check.UserUuid, check.TenantUuid, check.Login, context.Connection.RemoteIpAddress?.ToString(), context.TraceIdentifier);
    }

    private async Task<TokenCheck> CheckAsync(string token, string access, string? tenant, CancellationToken cancellationToken)
    {
        try
        {
            return await auth.CheckAsync(token, access, tenant, cancellationToken);
        }
        catch (PlatformUnavailableException e)
        {
            throw new ApiErrorException(new ApiError(
                StatusCodes.Status503ServiceUnavailable,
                "authentication-server-unreachable",
                "Authentication server unreachable",
                new JsonObject
                {
                    ["auth_server_host"] = configuration.Auth.Host,
                    ["auth_server_port"] = configuration.Auth.Port,
                    ["original_error"] = e.Message,
                }));
        }
    }

    private static ApiErrorException Unauthorized(string token, JsonObject details)
    {
        details.Insert(0, "invalid_token", token);
        return new ApiErrorException(ApiError.Unauthorized(details));
    }
}

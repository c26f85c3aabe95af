namespace WazoPlugind.Operations.Records;

/// <summary>Who asked for an operation over HTTP, for its record; of a command from the bus only the id of its message.</summary>
/// <param name="UserUuid">The token's user, when wazo-auth says one.</param>
/// <param name="TenantUuid">The token's tenant.</param>
/// <param name="Login">The user's login name, when wazo-auth says one.</param>
/// <param name="Address">The address that the request came from.</param>
/// <param name="RequestId">The request's id: a <see cref="Records.RequestId"/>.</param>
public sealed record OperationRequester(
    string? UserUuid, string? TenantUuid, string? Login = null, string? Address = null, string? RequestId = null);

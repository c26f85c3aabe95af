namespace WazoPlugind.Operations.Records;

/// <summary>Who asked for an operation over HTTP, for its record.</summary>
/// <param name="UserUuid">The token's user, when wazo-auth says one.</param>
/// <param name="TenantUuid">The token's tenant.</param>
public sealed record OperationRequester(string? UserUuid, string? TenantUuid);

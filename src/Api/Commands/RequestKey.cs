namespace WazoPlugind.Api.Commands;

/// <summary>The <c>Idempotency-Key</c> of a request.</summary>
/// <param name="Id">Stands for the requester and the key.</param>
/// <param name="Request">Stands for what is asked for.</param>
internal sealed record RequestKey(string Id, string Request);

namespace WazoPlugind.Operations.Records;

/// <summary>What a command carries of the <c>Idempotency-Key</c> of its request. Its uuid is the same each time that it is asked for.</summary>
/// <param name="Key">Stands for the requester and the key.</param>
/// <param name="Number">Which operation of that key it is.</param>
/// <param name="Request">Stands for what was asked for.</param>
/// <param name="Sending">The uuid of this one time: a <see cref="RequestUuid"/> that says when.</param>
public sealed record RequestIdempotency(string Key, int Number, string Request, Guid Sending);

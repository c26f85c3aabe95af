namespace WazoPlugind.Worker.Sagas;

/// <summary>Another message changed the operation in the meantime; the one at hand has to be worked on again.</summary>
/// <param name="operation">The operation.</param>
internal sealed class OperationConflictException(Guid operation) : Exception($"operation {operation} changed in the meantime");

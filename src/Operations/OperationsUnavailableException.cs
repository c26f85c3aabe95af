namespace WazoPlugind.Operations;

/// <summary>The operations cannot be read: their database is damaged, or locked for long.</summary>
/// <param name="reason">Why.</param>
public sealed class OperationsUnavailableException(Exception reason) : Exception("the operations cannot be read", reason);

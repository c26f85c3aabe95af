namespace WazoPlugind.Operations.Locks;

/// <summary>What became of the wish to work on a plugin.</summary>
/// <param name="WaitsFor">The operation that works on it, or <c>null</c> when it is this one's turn.</param>
/// <param name="IsDeadlock">Whether that one waits, in the end, for this one.</param>
public readonly record struct TurnTaken(Guid? WaitsFor, bool IsDeadlock);

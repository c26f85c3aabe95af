namespace WazoPlugind.Worker.Steps;

/// <summary>Knows which operations have ended.</summary>
internal interface IEndedOperations
{
    /// <summary>Whether an operation is known to have ended: there is nothing left to do for it.</summary>
    /// <param name="operation">The operation.</param>
    /// <returns><c>false</c> also where nothing is known of any operation, beside a builder.</returns>
    bool HasEnded(Guid operation);

    /// <summary>Those of some operations that are known to be cancelled.</summary>
    /// <param name="operations">The operations.</param>
    IReadOnlyList<Guid> CancelledAmong(IReadOnlyCollection<Guid> operations);
}

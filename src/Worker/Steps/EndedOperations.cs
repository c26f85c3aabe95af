using WazoPlugind.Operations;

namespace WazoPlugind.Worker.Steps;

/// <summary>Tells which operations have ended, as far as this machine knows: a builder elsewhere has no database.</summary>
/// <param name="history">Reads them.</param>
internal sealed class EndedOperations(OperationQueries history) : IEndedOperations
{
    /// <inheritdoc/>
    public bool HasEnded(Guid operation)
    {
        try
        {
            return history.HasEnded(operation);
        }
        catch (OperationsUnavailableException)
        {
            // Work that is done for an ended operation is discarded; work that is not done would hold up one that has not.
            return false;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<Guid> CancelledAmong(IReadOnlyCollection<Guid> operations)
    {
        try
        {
            return operations.Count == 0 ? [] : history.CancelledAmong(operations);
        }
        catch (OperationsUnavailableException)
        {
            return [];
        }
    }
}

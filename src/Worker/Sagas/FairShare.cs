using WazoPlugind.Worker.Sagas.Install;

namespace WazoPlugind.Worker.Sagas;

/// <summary>
/// Tells who asks for much at once: the steps of what is beyond a requester's share have queues of their own, so that what others
/// ask for does not wait behind them.
/// </summary>
/// <param name="store">Knows the operations.</param>
internal sealed class FairShare(OperationStore store)
{
    // Fewer than the builds that may run side by side on one processor: a requester's first ones may all take long.
    private const int Share = 3;

    // Commands are worked on side by side, and are stored at the end of that.
    private readonly Dictionary<Guid, string> _beginning = [];

    /// <summary>Whether an operation that begins is beyond the share of who asked for it. What a plugin needs is of its urgency.</summary>
    /// <param name="operation">The operation. It counts from now on.</param>
    public bool IsBeyond(OperationState operation)
    {
        if (operation.Parent is { Path.Count: > 0 } parent)
            return store.Find<InstallState>(parent.Uuid) is { IsOfBatch: true };
        lock (_beginning)
        {
            var requester = OperationStore.KeyOf(operation.Requester);
            _beginning.Remove(operation.CorrelationId);
            var beginning = _beginning.Values.Count(other => other == requester);
            _beginning.Add(operation.CorrelationId, requester);
            return beginning + store.CountUnfinished(operation.Requester, Share) >= Share;
        }
    }

    /// <summary>Stops counting what is stored by now, or was given up.</summary>
    /// <param name="operation">The operation.</param>
    public void EndBeginning(Guid operation)
    {
        lock (_beginning)
            _beginning.Remove(operation);
    }
}

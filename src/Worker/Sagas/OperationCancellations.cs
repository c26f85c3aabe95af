using Microsoft.Extensions.Logging;
using WazoPlugind.Operations.Outbox;
using WazoPlugind.Processes;
using WazoPlugind.Worker.Steps;
using WazoPlugind.Worker.Steps.Build;
using WazoPlugind.Worker.Steps.Install;
using WazoPlugind.Worker.Steps.Remove;

namespace WazoPlugind.Worker.Sagas;

/// <summary>
/// Ends operations that someone cancels, in whatever state they are, with the parts of them that have not ended; but those that the package
/// manager has go on. Workers see that an operation has ended, and end their work on it.
/// </summary>
/// <param name="states">Knows the operations.</param>
/// <param name="workspaces">Has the claims.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told.</param>
internal sealed partial class OperationCancellations(
    OperationStates states, WorkspaceFactory workspaces, TimeProvider time, ILogger<OperationCancellations> logger)
{
    private static readonly string[] ByPackageManager = [$"step.{InstallStep.Definition.Name}", $"step.{RemoveStep.Definition.Name}"];

    /// <summary>Ends an operation. One that has not come yet ends as it begins.</summary>
    /// <param name="transaction">Where.</param>
    /// <param name="operation">Its uuid.</param>
    /// <returns>The operations that are cancelled.</returns>
    public IReadOnlyList<Guid> Cancel(OperationTransaction transaction, Guid operation)
    {
        List<Guid> cancelled = [];
        Cancel(transaction, operation, cancelled);
        return cancelled;
    }

    private void Cancel(OperationTransaction transaction, Guid operation, List<Guid> cancelled)
    {
        var state = states.Find(transaction, operation);
        if (state is null)
        {
            Note(transaction, operation, refusal: null);
        }
        else if (state.FinishedAt is not null)
        {
            LogEnded(operation);
        }
        else if (IsInPackageManager(transaction, operation))
        {
            LogInPackageManager(operation);
            Note(transaction, operation, "the package manager has it");
        }
        else
        {
            FaultPoint.Reach(FaultPoint.Cancelling);
            state.Cancel();
            states.Save(state, transaction);
            cancelled.Add(operation);
            LogCancelled(operation);
            // What they have installed stays.
            foreach (var child in state.Children.Where(child => !child.HasEnded))
                Cancel(transaction, child.Operation, cancelled);
        }
    }

    private bool IsInPackageManager(OperationTransaction transaction, Guid operation) => transaction.Query<int>(
        "SELECT 1 FROM outbox WHERE operation = @uuid AND type IN @ByPackageManager", new { uuid = operation.ToString(), ByPackageManager }).Count > 0
        && !PackageClaim.TryTake(workspaces.Of(operation), PackageClaim.Cancellation);

    private void Note(OperationTransaction transaction, Guid operation, string? refusal) => transaction.Execute(
        "INSERT OR REPLACE INTO cancellations VALUES (@uuid, @at, @refusal)",
        new { uuid = operation.ToString(), at = OperationTransaction.Text(time.GetUtcNow()), refusal });

    [LoggerMessage(LogLevel.Information, "Operation {Operation} is cancelled")]
    private partial void LogCancelled(Guid operation);

    [LoggerMessage(LogLevel.Information, "Operation {Operation} cannot be cancelled: it has ended")]
    private partial void LogEnded(Guid operation);

    [LoggerMessage(LogLevel.Information, "Operation {Operation} cannot be cancelled: the package manager has it")]
    private partial void LogInPackageManager(Guid operation);
}

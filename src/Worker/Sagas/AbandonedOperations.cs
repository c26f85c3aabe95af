using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Plugins.Outcomes;
using WazoPlugind.Worker.Events;
using WazoPlugind.Worker.Sagas.Install;
using WazoPlugind.Worker.Sagas.Uninstall;
using WazoPlugind.Worker.Steps.Build;

namespace WazoPlugind.Worker.Sagas;

/// <summary>
/// Ends the operations that a service without a broker left when it ended: their messages went with it, and nobody works on them
/// any more.
/// </summary>
/// <param name="configuration">Says whether there is a broker.</param>
/// <param name="store">Knows them.</param>
/// <param name="events">Publishes their end.</param>
/// <param name="workspaces">Knows where they worked.</param>
/// <param name="time">The clock of their end.</param>
/// <param name="logger">Is told.</param>
internal sealed partial class AbandonedOperations(
    PlugindConfiguration configuration,
    OperationStore store,
    OperationEvents events,
    WorkspaceFactory workspaces,
    TimeProvider time,
    ILogger<AbandonedOperations> logger)
{
    /// <summary>Ends them, each in an error.</summary>
    public async Task EndAsync()
    {
        if (configuration.Bus.Transport != BusSetup.InMemory)
            return;
        foreach (var operation in store.Unfinished())
        {
            LogAbandoned(operation.CorrelationId);
            operation.Error = ErrorOf(operation);
            operation.FinishedAt = time.GetUtcNow();
            operation.WaitsFor = null;
            operation.CurrentState = nameof(InstallSaga.Failed);
            workspaces.TryDelete(operation.CorrelationId);
            var kind = operation is UninstallState ? OperationKind.Uninstall : OperationKind.Install;
            await events.PublishAsync(kind, operation.CorrelationId, StepName.Error, operation.Error);
            try
            {
                store.Save(operation);
            }
            catch (Exception e) when (e is SqliteException or OperationConflictException)
            {
                // Damaged, and set aside with its operations; or there is no room, and the next start ends it again.
                LogUnsaved(operation.CorrelationId, e.Message);
            }
        }
    }

    private static OperationError ErrorOf(OperationState operation)
    {
        const string reason = "the service ended while the operation was under way";
        return operation is InstallState install
            ? OperationErrors.Step(StepName.Starting, install.Method, install.Options, reason)
            : OperationErrors.Step(StepName.Starting, reason);
    }

    [LoggerMessage(LogLevel.Error, "The end of operation {Operation} cannot be stored: {Reason}")]
    private partial void LogUnsaved(Guid operation, string reason);

    [LoggerMessage(LogLevel.Warning, "Operation {Operation} was under way when the service ended; it ends in an error")]
    private partial void LogAbandoned(Guid operation);
}

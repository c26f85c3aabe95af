using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using WazoPlugind.Operations.Outbox;

namespace WazoPlugind.Worker.Sagas;

/// <summary>
/// Makes the orchestrator's changes of the operations, and makes those again that cannot be stored, for example because the disk is full:
/// no message is given up for that. The waiting stands outside of the writer, so that it holds up nobody else.
/// </summary>
/// <param name="writer">Writes.</param>
/// <param name="time">The clock of the pauses.</param>
/// <param name="logger">Is told.</param>
internal sealed partial class OrchestratorWriter(OperationWriter writer, TimeProvider time, ILogger<OrchestratorWriter> logger)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>Makes a change. On return it is on the disk, and what follows from it is sent.</summary>
    /// <param name="change">Makes it.</param>
    /// <param name="cancellationToken">Stops trying: the broker takes the message back, or this process ends.</param>
    public Task WriteAsync(Func<OperationTransaction, Task> change, CancellationToken cancellationToken) =>
        TryAsync(() => writer.WriteAsync(change), cancellationToken);

    /// <summary>Makes a change that a power failure may take back: something that comes later says it again.</summary>
    /// <param name="change">Makes it.</param>
    /// <param name="cancellationToken">Stops trying.</param>
    public Task WriteSoonAsync(Action<OperationTransaction> change, CancellationToken cancellationToken) =>
        TryAsync(() => writer.WriteSoonAsync(change), cancellationToken);

    /// <inheritdoc cref="WriteAsync(Func{OperationTransaction, Task}, CancellationToken)"/>
    public Task WriteAsync(Action<OperationTransaction> change, CancellationToken cancellationToken) => WriteAsync(
        transaction =>
        {
            change(transaction);
            return Task.CompletedTask;
        },
        cancellationToken);

    private async Task TryAsync(Func<Task> write, CancellationToken cancellationToken)
    {
        for (var pause = Shortest; ; pause = pause * 2 < Longest ? pause * 2 : Longest)
        {
            try
            {
                await write();
                return;
            }
            catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
            {
                LogNotStored(e.Message, pause.TotalSeconds);
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    [LoggerMessage(LogLevel.Debug, "A change of the operations cannot be stored, and is made again in {Seconds} s: {Reason}")]
    private partial void LogNotStored(string reason, double seconds);
}

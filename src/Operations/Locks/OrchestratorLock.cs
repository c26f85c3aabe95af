using Microsoft.Win32.SafeHandles;
using WazoPlugind.Processes.Files;

namespace WazoPlugind.Operations.Locks;

/// <summary>
/// Lets one process at a time write a database: a lock beside it (flock(2)), which ends with the process, however that ends. RabbitMQ's
/// own ways do not do: a single active consumer is one for each queue, and exclusive consumers of a quorum queue were both active.
/// </summary>
/// <param name="database">The database.</param>
public sealed class OrchestratorLock(string database) : IDisposable
{
    private SafeFileHandle? _held;

    /// <summary>Takes the lock, if nobody has it.</summary>
    /// <returns>Whether this process has it.</returns>
    /// <exception cref="IOException">The file of the lock cannot be opened.</exception>
    public bool TryTake()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(database))!);
        _held = LibC.LockFile(database + ".lock", wait: false);
        return _held is not null;
    }

    /// <summary>Waits for the lock, as long as another process has it.</summary>
    /// <param name="cancellationToken">Stops waiting: the process is about to end.</param>
    /// <exception cref="IOException">The file of the lock cannot be opened.</exception>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        // A thread of its own, which ends with the process: nothing interrupts the call.
        var taken = Task.Factory.StartNew(
            () => LibC.LockFile(database + ".lock", wait: true), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _held = await taken.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _held?.Dispose();
}

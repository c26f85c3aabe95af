namespace WazoPlugind.Operations.Changes;

/// <summary>Tells readers, of whichever process, that the operations have changed. Costs nothing while nobody watches.</summary>
/// <param name="database">The database.</param>
public sealed class OperationChanges(string database) : IDisposable
{
    private readonly string _mark = ChangeMark.Of(database);
    private readonly Lock _lock = new();
    private readonly HashSet<OperationWatch> _watches = [];
    private FileSystemWatcher? _watcher;

    /// <summary>Begins to watch: what changes from now on is told.</summary>
    public OperationWatch Watch()
    {
        lock (_lock)
        {
            var watch = new OperationWatch(this);
            _watches.Add(watch);
            TryBegin();
            return watch;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _watches.Clear();
            End();
        }
    }

    /// <summary>Makes sure that changes are told.</summary>
    /// <returns>Whether they were before; else something may have been missed, or still cannot be told.</returns>
    internal bool IsTold()
    {
        lock (_lock)
        {
            if (_watcher is not null)
                return true;
            TryBegin();
            return false;
        }
    }

    /// <summary>Ends a watch.</summary>
    /// <param name="watch">The watch.</param>
    internal void Remove(OperationWatch watch)
    {
        lock (_lock)
        {
            if (_watches.Remove(watch) && _watches.Count == 0)
                End();
        }
    }

    private void TryBegin()
    {
        if (_watcher is not null)
            return;
        try
        {
            _watcher = new FileSystemWatcher(Path.GetDirectoryName(_mark)!, Path.GetFileName(_mark)) { NotifyFilter = NotifyFilters.LastWrite };
            _watcher.Changed += (_, _) => Tell();
            // More has changed than the kernel could say.
            _watcher.Error += (_, _) => Tell();
            _watcher.EnableRaisingEvents = true;
        }
        // No worker has made the directory, or the machine has no watch left (inotify(7), "/proc interfaces").
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            End();
        }
    }

    private void End()
    {
        _watcher?.Dispose();
        _watcher = null;
    }

    private void Tell()
    {
        lock (_lock)
        {
            foreach (var watch in _watches)
                watch.Tell();
        }
    }
}

namespace WazoPlugind.Plugins.Installation;

/// <summary>Knows whether this process is making packages: what is ready waits a moment for them, and goes to dpkg together with them.</summary>
public sealed class ComingPackages
{
    private readonly Lock _lock = new();
    private int _count;
    private TaskCompletionSource _none = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A package is coming.</summary>
    /// <returns>Ends when it is ready, or when none comes of it.</returns>
    public IDisposable Begin()
    {
        lock (_lock)
            _count++;
        return new Coming(this);
    }

    /// <summary>Ends when none is coming.</summary>
    public Task WhenNoneAsync()
    {
        lock (_lock)
            return _count == 0 ? Task.CompletedTask : _none.Task;
    }

    private void End()
    {
        lock (_lock)
        {
            if (--_count > 0)
                return;
            _none.SetResult();
            _none = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private sealed class Coming(ComingPackages packages) : IDisposable
    {
        public void Dispose() => packages.End();
    }
}

namespace WazoPlugind.Acceptance;

/// <summary>A program that is started again whenever it ends, as systemd does it.</summary>
internal sealed class SupervisedProcess : IAsyncDisposable
{
    // Kept until the end: what looks at one of them does not mind which is the last.
    private readonly List<ServiceProcess> _processes = [];
    private readonly Func<ServiceProcess> _start;
    private readonly Task _watching;
    private volatile bool _isStopping;

    /// <summary>Starts it.</summary>
    /// <param name="start">Starts the program once.</param>
    public SupervisedProcess(Func<ServiceProcess> start)
    {
        _start = start;
        _processes.Add(start());
        _watching = WatchAsync();
    }

    /// <summary>The process of now.</summary>
    public ServiceProcess Current
    {
        get
        {
            lock (_processes)
                return _processes[^1];
        }
    }

    /// <summary>Ends it without a warning, as a power failure would; it is started again.</summary>
    public Task KillAsync() => Current.KillAsync();

    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        await Current.StopAsync();
        await _watching;
        foreach (var process in _processes)
            await process.DisposeAsync();
    }

    private async Task WatchAsync()
    {
        while (true)
        {
            try
            {
                await Current.WaitAsync();
            }
            catch (TimeoutException)
            {
                // It lives.
                continue;
            }

            await Task.Delay(100);
            if (_isStopping)
                return;
            lock (_processes)
                _processes.Add(_start());
        }
    }
}

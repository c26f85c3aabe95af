namespace WazoPlugind.Plugins.Sources.Archive;

/// <summary>Ends a wait for another machine from which nothing comes; what comes little by little is waited for.</summary>
internal sealed class SilenceLimit : IDisposable
{
    private readonly TimeSpan _longest;
    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenSource _any;

    /// <summary>Begins to wait.</summary>
    /// <param name="longest">For how long.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it too.</param>
    public SilenceLimit(TimeSpan longest, TimeProvider time, CancellationToken cancellationToken)
    {
        _longest = longest;
        _over = new CancellationTokenSource(longest, time);
        _any = CancellationTokenSource.CreateLinkedTokenSource(_over.Token, cancellationToken);
    }

    /// <summary>Ends the wait.</summary>
    public CancellationToken Token => _any.Token;

    /// <summary>Whether anything has come.</summary>
    public bool HasHeard { get; private set; }

    /// <summary>Whether nothing has come for too long.</summary>
    public bool IsOver => _over.IsCancellationRequested;

    /// <summary>Something has come: the wait begins anew.</summary>
    public void Heard()
    {
        HasHeard = true;
        _over.CancelAfter(_longest);
    }

    /// <summary>Waits longer, once.</summary>
    /// <param name="more">How much.</param>
    public void Extend(TimeSpan more) => _over.CancelAfter(_longest + more);

    /// <inheritdoc/>
    public void Dispose()
    {
        _any.Dispose();
        _over.Dispose();
    }
}

using System.Threading.Channels;

namespace WazoPlugind.Operations.Changes;

/// <summary>Waits for changes of the operations, for one reader.</summary>
/// <param name="changes">Tells of them.</param>
public sealed class OperationWatch(OperationChanges changes) : IDisposable
{
    // Where the kernel tells nothing.
    private static readonly TimeSpan Blind = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _changed = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Returns when something may have changed since it returned last, or since this began.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task NextAsync(CancellationToken cancellationToken)
    {
        if (changes.IsTold())
            await _changed.Reader.ReadAsync(cancellationToken);
        else
            await Task.Delay(Blind, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => changes.Remove(this);

    /// <summary>Something has changed.</summary>
    internal void Tell() => _changed.Writer.TryWrite(true);
}

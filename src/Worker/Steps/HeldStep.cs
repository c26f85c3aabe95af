namespace WazoPlugind.Worker.Steps;

/// <summary>A message that this process has taken and not answered yet. It is answered when it is disposed of.</summary>
/// <param name="message">The message's id.</param>
/// <param name="operation">The operation that it is of.</param>
/// <param name="answered">Is told.</param>
internal sealed class HeldStep(Guid message, Guid operation, Action<HeldStep> answered) : IDisposable
{
    private readonly CancellationTokenSource _cancelled = new();

    /// <summary>The message's id.</summary>
    public Guid Message => message;

    /// <summary>The operation that it is of.</summary>
    public Guid Operation => operation;

    /// <summary>The operation is cancelled.</summary>
    public CancellationToken Cancelled => _cancelled.Token;

    /// <summary>The operation is cancelled: its work ends. Returns before it has.</summary>
    public void Cancel() => _ = _cancelled.CancelAsync();

    // Not the source: whoever cancels may come a moment later.
    /// <inheritdoc/>
    public void Dispose() => answered(this);
}

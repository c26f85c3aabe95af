namespace WazoPlugind.Worker.Commands;

/// <summary>Takes a request back: the API had no confirm for it in time, and has told its client so.</summary>
public sealed record Withdrawal
{
    /// <summary>The operation that the request names.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>Which time it was sent: <see cref="IRequested.Sending"/>.</summary>
    public required Guid Sending { get; init; }
}

namespace WazoPlugind.Messages;

/// <summary>The statuses of operations, as <c>GET /0.2/operations</c> has them.</summary>
public static class OperationStatus
{
    /// <summary>No worker has taken it yet.</summary>
    public const string Queued = "queued";

    /// <summary>It waits for another operation on the same plugin.</summary>
    public const string Waiting = "waiting";

    /// <summary>It is under way.</summary>
    public const string Running = "running";

    /// <summary>It ended well.</summary>
    public const string Completed = "completed";

    /// <summary>It failed.</summary>
    public const string Error = "error";

    /// <summary>It was ended because someone asked for that. Events on <c>wazo-headers</c> have <see cref="Error"/> in its place.</summary>
    public const string Cancelled = "cancelled";
}

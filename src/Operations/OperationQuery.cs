namespace WazoPlugind.Operations;

/// <summary>Which operations are wanted, and in which order.</summary>
/// <param name="Status">Only those of one status, or <c>null</c>.</param>
/// <param name="Action">Only those of one action, or <c>null</c>.</param>
/// <param name="Namespace">Only those on plugins of one namespace, or <c>null</c>.</param>
/// <param name="Name">Only those on plugins of one name, or <c>null</c>.</param>
/// <param name="Order">The field to sort by; one of <see cref="Orders"/>.</param>
/// <param name="Descending">Whether the greatest, or newest, comes first.</param>
/// <param name="Limit">How many at most; 0 for all.</param>
/// <param name="Offset">How many to leave out at the beginning.</param>
public sealed record OperationQuery(
    string? Status, string? Action, string? Namespace, string? Name, string Order, bool Descending, long Limit, long Offset)
{
    /// <summary>Plans alone; else there are none among them.</summary>
    public bool DryRun { get; init; }

    /// <summary>The fields that can be sorted by.</summary>
    public static readonly IReadOnlyList<string> Orders = ["created_at", "finished_at", "action", "status", "namespace", "name"];
}

namespace WazoPlugind.Operations.Outbox;

/// <summary>A line whose head waits to be sent.</summary>
/// <param name="Line">The line.</param>
/// <param name="Message">The id of its head then.</param>
internal readonly record struct OfferedLine(OutboxLine Line, Guid Message)
{
    /// <summary>Whether it still does: a message may be answered while it waits.</summary>
    public bool IsCurrent => Line is { IsEmpty: false, IsBusy: false } && Line.Head.Id == Message;
}

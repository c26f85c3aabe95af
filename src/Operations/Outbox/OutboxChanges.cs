namespace WazoPlugind.Operations.Outbox;

/// <summary>What a transaction changes of what is to be sent.</summary>
public sealed class OutboxChanges
{
    /// <summary>What is to be sent now, in order.</summary>
    public List<OutboxMessage> Added { get; } = [];

    /// <summary>The ids of what needs no answer any more.</summary>
    public List<Guid> Answered { get; } = [];

    /// <summary>Whether nothing changes.</summary>
    public bool AreNone => Added.Count == 0 && Answered.Count == 0;

    /// <summary>Adds those of a part of the transaction.</summary>
    /// <param name="part">The part.</param>
    internal void Add(OutboxChanges part)
    {
        Added.AddRange(part.Added);
        Answered.AddRange(part.Answered);
    }
}

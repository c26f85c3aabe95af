namespace WazoPlugind.Operations.Outbox;

/// <summary>What one operation sends, one after the other.</summary>
internal sealed class OutboxLine
{
    private readonly Queue<OutboxMessage> _messages = new();

    /// <summary>Whether there is nothing in it.</summary>
    public bool IsEmpty => _messages.Count == 0;

    /// <summary>What is to be sent next.</summary>
    public OutboxMessage Head => _messages.Peek();

    /// <summary>Whether its head is being sent.</summary>
    public bool IsBusy { get; set; }

    /// <summary>Whether its head waits for its turn.</summary>
    public bool IsOffered { get; set; }

    /// <summary>Adds a message at its end.</summary>
    /// <param name="message">The message.</param>
    public void Add(OutboxMessage message) => _messages.Enqueue(message);

    /// <summary>Takes its head away.</summary>
    public void Advance() => _messages.Dequeue();
}

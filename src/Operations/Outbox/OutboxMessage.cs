namespace WazoPlugind.Operations.Outbox;

/// <summary>Something that is to be sent.</summary>
public sealed record OutboxMessage
{
    /// <summary>The destination of an event for the platform.</summary>
    public const string Events = "events";

    /// <summary>The destination of the end of an operation, for services of .NET.</summary>
    public const string Ended = "ended";

    /// <summary>The destination of what removes an operation's work directories.</summary>
    public const string Workspace = "workspace";

    /// <summary>The <see cref="Type"/> of what removes work directories in which someone may be at work, who then removes them.</summary>
    public const string Shared = "shared";

    /// <summary>Its place in the order, once it is stored.</summary>
    public long Position { get; init; }

    /// <summary>The operation that sends it: what one operation sends keeps its order.</summary>
    public required Guid Operation { get; init; }

    /// <summary>Its id, the same each time that it is sent.</summary>
    public required Guid Id { get; init; }

    /// <summary>A queue, <see cref="Events"/>, <see cref="Ended"/> or <see cref="Workspace"/>.</summary>
    public required string Destination { get; init; }

    /// <summary>What it is.</summary>
    public required string Type { get; init; }

    /// <summary>Its content as JSON; without credentials.</summary>
    public required string Body { get; init; }

    /// <summary>Whose turn it takes, where several wait for one queue.</summary>
    public required string Requester { get; init; }

    /// <summary>The id of the request that it is sent for, or <c>null</c>.</summary>
    public string? RequestId { get; init; }

    /// <summary>Whether the broker has it.</summary>
    public bool IsSent { get; init; }

    /// <summary>When it may be sent; <c>null</c> for at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>How many tries failed in a way that another one may mend.</summary>
    public int Tries { get; init; }

    /// <summary>How many tries ended with their process.</summary>
    public int Kills { get; init; }

    /// <summary>Whether nothing else may be under way on the worker.</summary>
    public bool Alone { get; init; }

    /// <summary>Whether it is to a queue, and stays until its answer is taken.</summary>
    public bool HasAnswer => Destination is not (Events or Ended or Workspace);
}

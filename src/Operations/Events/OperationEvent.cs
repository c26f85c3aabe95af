using System.Text.Json;

namespace WazoPlugind.Operations.Events;

/// <summary>Something that happened in an operation, as it is stored.</summary>
/// <param name="Position">Its place among all that happened.</param>
/// <param name="Operation">The operation's uuid.</param>
/// <param name="Kind">One of <see cref="OperationEventKind"/>.</param>
/// <param name="Body">As JSON what is told; of output its lines.</param>
public sealed record OperationEvent(long Position, string Operation, string Kind, string Body)
{
    /// <summary>Of output the step; else empty.</summary>
    public string Step { get; init; } = "";

    /// <summary>Which run of the step it is of, from 1 on.</summary>
    public int Run { get; init; }

    /// <summary>The number of the first line in the run.</summary>
    public int FirstLine { get; init; }

    /// <summary>The number of lines.</summary>
    public int Lines { get; init; }

    /// <summary>The position of the output of the step before it; 0 for the first.</summary>
    public long Previous { get; init; }

    /// <summary>The lines of output.</summary>
    public IReadOnlyList<EventLine> ReadLines() => JsonSerializer.Deserialize(Body, EventJsonContext.Default.ListEventLine) ?? [];
}

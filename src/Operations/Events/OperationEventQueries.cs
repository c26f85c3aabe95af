using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace WazoPlugind.Operations.Events;

/// <summary>Reads what happened in operations, and writes nothing.</summary>
/// <param name="database">The database.</param>
/// <param name="logger">Is told of a database that cannot be read.</param>
public sealed class OperationEventQueries(string database, ILogger<OperationEventQueries> logger)
{
    private const string Select = "SELECT position, uuid, kind, body, step, run, first_line, lines, previous FROM operation_events";

    private readonly OperationsReader _reader = new(database, logger);

    /// <summary>What was stored after a position, in order.</summary>
    /// <param name="position">The position.</param>
    /// <param name="until">The last position that is wanted.</param>
    /// <param name="operation">The operation; <c>null</c> for all.</param>
    /// <param name="limit">How many at most.</param>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public IReadOnlyList<OperationEvent> After(long position, long until, Guid? operation, int limit) => _reader.Read<IReadOnlyList<OperationEvent>>(
        [], connection => OperationsReader.Query(
            connection,
            // Two queries, as each has an index of its own.
            operation is null
                ? $"{Select} WHERE position > @position AND position <= @until ORDER BY position LIMIT @limit"
                : $"{Select} WHERE uuid = @uuid AND position > @position AND position <= @until ORDER BY position LIMIT @limit",
            Read,
            ("@position", position),
            ("@until", until),
            ("@uuid", operation?.ToString()),
            ("@limit", limit)));

    /// <summary>What is kept of the output of an operation, in order.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="step">The step; <c>null</c> for all.</param>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public IReadOnlyList<OperationEvent> Output(Guid operation, string? step) => _reader.Read<IReadOnlyList<OperationEvent>>(
        [], connection => OperationsReader.Query(
            connection,
            $"{Select} WHERE uuid = @uuid AND kind = 'output' AND (@step IS NULL OR step = @step) ORDER BY position",
            Read,
            ("@uuid", operation.ToString()),
            ("@step", step)));

    /// <summary>The last position that was given, and the last that is gone with an operation that is not kept.</summary>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public (long Last, long Pruned) Positions() => _reader.Read((0, 0), connection => OperationsReader.Query(
        connection,
        "SELECT IFNULL((SELECT seq FROM sqlite_sequence WHERE name = 'operation_events'), 0), (SELECT position FROM events_pruned)",
        row => (row.GetInt64(0), row.GetInt64(1)))[0]);

    private static OperationEvent Read(SqliteDataReader row) => new(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3))
    {
        Step = row.Text(4) ?? "",
        Run = row.IsDBNull(5) ? 0 : row.GetInt32(5),
        FirstLine = row.IsDBNull(6) ? 0 : row.GetInt32(6),
        Lines = row.IsDBNull(7) ? 0 : row.GetInt32(7),
        Previous = row.IsDBNull(8) ? 0 : row.GetInt64(8),
    };
}

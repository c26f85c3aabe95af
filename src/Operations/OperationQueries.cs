using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Outbox;

namespace WazoPlugind.Operations;

/// <summary>Reads the operations that a worker has stored, and writes none.</summary>
/// <param name="database">The database.</param>
/// <param name="logger">Is told of a database that cannot be read.</param>
public sealed class OperationQueries(string database, ILogger<OperationQueries> logger)
{
    /// <summary>The statuses, as <c>GET /operations</c> has them.</summary>
    public static readonly string[] Statuses = [OperationStatus.Waiting, OperationStatus.Running, OperationStatus.Completed, OperationStatus.Error, OperationStatus.Cancelled];

    /// <summary>The actions, as <c>POST /operations</c> has them. A request's uuid says which by its place here.</summary>
    public static readonly string[] Actions = [OperationAction.Install, OperationAction.Uninstall, OperationAction.Update];

    // The destination of those that no saga has taken. Written into the SQL: a partial index serves a literal only.
    private const string Requests = "plugind-requests";

    private readonly OperationsReader _reader = new(database, logger);

    /// <summary>A part of the operations.</summary>
    /// <param name="query">Which, and in which order.</param>
    /// <returns>The operations, how many there are, and how many match.</returns>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public (IReadOnlyList<JsonObject> Items, int Total, int Filtered) List(OperationQuery query) => Read(([], 0, 0), connection =>
    {
        const string matching = """
            WHERE dry_run = @dryRun AND (@status IS NULL OR status = @status) AND (@action IS NULL OR action = @action)
                AND (@pluginNamespace IS NULL OR namespace = @pluginNamespace) AND (@name IS NULL OR name = @name)
            """;
        (string, object?)[] parameters =
        [
            ("@status", query.Status),
            ("@action", query.Action),
            ("@dryRun", query.DryRun),
            ("@pluginNamespace", query.Namespace),
            ("@name", query.Name),
            ("@limit", query.Limit == 0 ? -1 : query.Limit),
            ("@offset", query.Offset),
        ];
        var total = Count(connection, "SELECT COUNT(*) FROM operations WHERE dry_run = @dryRun", ("@dryRun", query.DryRun));
        var filtered = query is { Status: null, Action: null, Namespace: null, Name: null }
            ? total
            : Count(connection, $"SELECT COUNT(*) FROM operations {matching}", parameters);
        // One of a few words, checked where the query is read.
        var order = $"{query.Order} {(query.Descending ? "DESC" : "ASC")} NULLS LAST, created_at DESC, uuid";
        var items = Query(connection, $"{OperationRow.Select} {matching} ORDER BY {order} LIMIT @limit OFFSET @offset", OperationRow.ToJson, parameters);
        return ((IReadOnlyList<JsonObject>)items, total, filtered);
    });

    /// <summary>How many operations have not ended.</summary>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public int CountUnfinished() => Read(0, connection => Count(connection, "SELECT COUNT(*) FROM operations WHERE finished_at IS NULL"));

    /// <summary>How many operations that have ended are kept, and the first end of these.</summary>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public (int Count, DateTimeOffset? Oldest) Ended() => Read<(int, DateTimeOffset?)>((0, null), connection =>
    {
        var (count, oldest) = Query(
            connection, "SELECT COUNT(*), MIN(finished_at) FROM operations WHERE finished_at IS NOT NULL", row => (row.GetInt32(0), row.Text(1)))[0];
        return (count, oldest is null ? null : DateTimeOffset.Parse(oldest, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
    });

    /// <summary>Whether an operation is known to have ended.</summary>
    /// <param name="operation">Its uuid.</param>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public bool HasEnded(Guid operation) => Read(false, connection => Count(
        connection, "SELECT COUNT(*) FROM operations WHERE uuid = @uuid AND finished_at IS NOT NULL", ("@uuid", operation.ToString())) > 0);

    /// <summary>Those of some operations that are known to be cancelled.</summary>
    /// <param name="operations">Their uuids.</param>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public IReadOnlyList<Guid> CancelledAmong(IReadOnlyCollection<Guid> operations) => Read<IReadOnlyList<Guid>>([], connection => Query(
        connection,
        "SELECT uuid FROM operations WHERE status = 'cancelled' AND uuid IN (SELECT value FROM json_each(@uuids))",
        row => Guid.Parse(row.GetString(0)),
        ("@uuids", Json(operations))));

    /// <summary>Whether an operation could not be cancelled, as the package manager has it.</summary>
    /// <param name="operation">Its uuid.</param>
    /// <param name="since">When that was asked for.</param>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public bool WasNotCancelled(Guid operation, DateTimeOffset since) => Read(false, connection => Count(
        connection,
        "SELECT COUNT(*) FROM cancellations WHERE uuid = @uuid AND refusal IS NOT NULL AND at >= @since",
        ("@uuid", operation.ToString()),
        ("@since", OperationTransaction.Text(since))) > 0);

    /// <summary>The destinations of the outbox that take nothing now, and why.</summary>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public IReadOnlyList<(string Destination, string Reason)> Pauses() => Read<IReadOnlyList<(string, string)>>(
        [], connection => Query(connection, "SELECT destination, reason FROM outbox_pauses ORDER BY destination", row => (row.GetString(0), row.GetString(1))));

    /// <summary>The requests that are stored, and that no saga has taken, the first first.</summary>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public IReadOnlyList<Guid> Requested() => Read<IReadOnlyList<Guid>>([], connection => Query(
        connection,
        $"SELECT operation FROM outbox WHERE destination = '{Requests}' AND operation NOT IN (SELECT uuid FROM operations) ORDER BY position",
        row => Guid.Parse(row.GetString(0))));

    /// <summary>Whether a request is stored that no saga has taken.</summary>
    /// <param name="operation">Its uuid.</param>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public bool IsRequested(Guid operation) => Read(false, connection => Count(
        connection, $"SELECT COUNT(*) FROM outbox WHERE operation = @uuid AND destination = '{Requests}'", ("@uuid", operation.ToString())) > 0);

    /// <summary>The last operation that was asked for with an <c>Idempotency-Key</c>, or <c>null</c>.</summary>
    /// <param name="key">A <see cref="Records.RequestIdempotency.Key"/>.</param>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public (Guid Operation, int Number, string Request, DateTimeOffset CreatedAt)? FindKey(string key) =>
        Read<(Guid, int, string, DateTimeOffset)?>(null, connection => Query(
            connection,
            "SELECT uuid, number, request, created_at FROM operation_keys JOIN operations USING (uuid) WHERE key = @key ORDER BY number DESC LIMIT 1",
            row => (
                Guid.Parse(row.GetString(0)),
                row.GetInt32(1),
                row.GetString(2),
                DateTimeOffset.Parse(row.GetString(3), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)),
            ("@key", key)) is [var last] ? last : null);

    /// <summary>Who asked for operations, of those that are kept; <c>null</c> for a command from the bus.</summary>
    /// <param name="operations">Their uuids.</param>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public IReadOnlyDictionary<Guid, JsonObject?> Requesters(IReadOnlyCollection<Guid> operations) => Read<IReadOnlyDictionary<Guid, JsonObject?>>(
        new Dictionary<Guid, JsonObject?>(),
        connection => Query(
            connection,
            "SELECT uuid, requester FROM operations WHERE uuid IN (SELECT value FROM json_each(@uuids))",
            row => (Uuid: Guid.Parse(row.GetString(0)), Requester: OperationRow.Parse(row.Text(1)) as JsonObject),
            ("@uuids", Json(operations)))
            .ToDictionary(row => row.Uuid, row => row.Requester));

    /// <summary>An operation with its steps and children, or <c>null</c>.</summary>
    /// <param name="operation">Its uuid.</param>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public JsonObject? Find(Guid operation) => Read(null, connection =>
    {
        var uuid = ("@uuid", (object?)operation.ToString());
        // What is read belongs together: an operation that ends in between would have ended without its last step.
        using var snapshot = connection.BeginTransaction(deferred: true);
        if (Query(connection, $"{OperationRow.Select} WHERE uuid = @uuid", ReadWhole, uuid) is not [var shown])
            return null;
        shown["children"] = new JsonArray([.. Query(
            connection, "SELECT uuid FROM operations WHERE parent = @uuid ORDER BY created_at, uuid", row => JsonValue.Create(row.GetString(0)), uuid)]);
        if (shown.ContainsKey("dry_run"))
            shown["plan"] = Query(connection, "SELECT plan FROM operations WHERE uuid = @uuid", row => OperationRow.Parse(row.Text(0)), uuid)[0];
        shown["steps"] = new JsonArray([.. Query(
            connection,
            "SELECT name, started_at, finished_at FROM operation_steps WHERE uuid = @uuid ORDER BY started_at, rowid",
            row => new JsonObject { ["name"] = row.Text(0), ["started_at"] = row.Text(1), ["finished_at"] = row.Text(2) },
            uuid)]);
        return shown;
    });

    private static string Json(IEnumerable<Guid> operations) =>
        new JsonArray([.. operations.Distinct().Select(operation => JsonValue.Create(operation.ToString()))]).ToJsonString();

    private static JsonObject ReadWhole(SqliteDataReader row)
    {
        var shown = OperationRow.ToJson(row);
        shown["attempts"] = OperationRow.AttemptsOf(row);
        return shown;
    }

    private static int Count(SqliteConnection connection, string sql, params (string, object?)[] parameters) =>
        Query(connection, sql, row => row.GetInt32(0), parameters)[0];

    private static List<T> Query<T>(
        SqliteConnection connection, string sql, Func<SqliteDataReader, T> read, params (string Name, object? Value)[] parameters) =>
        OperationsReader.Query(connection, sql, read, parameters);

    private T Read<T>(T empty, Func<SqliteConnection, T> read) => _reader.Read(empty, read);
}

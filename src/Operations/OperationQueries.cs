using System.Data;
using System.Globalization;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using WazoPlugind.Messages;

namespace WazoPlugind.Operations;

/// <summary>Reads the operations that a worker has stored, and writes none.</summary>
/// <param name="database">The database.</param>
/// <param name="logger">Is told of a database that cannot be read.</param>
public sealed partial class OperationQueries(string database, ILogger<OperationQueries> logger)
{
    /// <summary>The statuses, as <c>GET /operations</c> has them.</summary>
    public static readonly string[] Statuses = [OperationStatus.Waiting, OperationStatus.Running, OperationStatus.Completed, OperationStatus.Error];

    /// <summary>The actions, as <c>POST /operations</c> has them. A request's uuid says which by its place here.</summary>
    public static readonly string[] Actions = [OperationAction.Install, OperationAction.Uninstall, OperationAction.Update];

    // The destination of those that no saga has taken. Written into the SQL: a partial index serves a literal only.
    private const string Requests = "plugind-requests";

    /// <summary>A part of the operations.</summary>
    /// <param name="query">Which, and in which order.</param>
    /// <returns>The operations, how many there are, and how many match.</returns>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public (IReadOnlyList<JsonObject> Items, int Total, int Filtered) List(OperationQuery query) => Read(([], 0, 0), connection =>
    {
        const string matching = """
            WHERE (@status IS NULL OR status = @status) AND (@action IS NULL OR action = @action)
                AND (@pluginNamespace IS NULL OR namespace = @pluginNamespace) AND (@name IS NULL OR name = @name)
            """;
        var total = connection.ExecuteScalar<int>("SELECT COUNT(*) FROM operations");
        var parameters = new
        {
            status = query.Status,
            action = query.Action,
            pluginNamespace = query.Namespace,
            name = query.Name,
            limit = query.Limit == 0 ? -1 : query.Limit,
            offset = query.Offset,
        };
        var filtered = query is { Status: null, Action: null, Namespace: null, Name: null }
            ? total
            : connection.ExecuteScalar<int>($"SELECT COUNT(*) FROM operations {matching}", parameters);
        // One of a few words, checked where the query is read.
        var order = $"{query.Order} {(query.Descending ? "DESC" : "ASC")} NULLS LAST, created_at DESC, uuid";
        var rows = connection.Query<OperationRow>($"{OperationRow.Select} {matching} ORDER BY {order} LIMIT @limit OFFSET @offset", parameters);
        return ((IReadOnlyList<JsonObject>)[.. rows.Select(row => row.ToJson())], total, filtered);
    });

    /// <summary>How many operations have not ended.</summary>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public int CountUnfinished() => Read(0, connection => connection.ExecuteScalar<int>("SELECT COUNT(*) FROM operations WHERE finished_at IS NULL"));

    /// <summary>How many operations that have ended are kept, and the first end of these.</summary>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public (int Count, DateTimeOffset? Oldest) Ended() => Read<(int, DateTimeOffset?)>((0, null), connection =>
    {
        var (count, oldest) = connection.QuerySingle<(int, string?)>("SELECT COUNT(*), MIN(finished_at) FROM operations WHERE finished_at IS NOT NULL");
        return (count, oldest is null ? null : DateTimeOffset.Parse(oldest, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
    });

    /// <summary>Whether an operation is known to have ended.</summary>
    /// <param name="operation">Its uuid.</param>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public bool HasEnded(Guid operation) => Read(false, connection => connection.ExecuteScalar<bool>(
        "SELECT EXISTS (SELECT 1 FROM operations WHERE uuid = @uuid AND finished_at IS NOT NULL)", new { uuid = operation.ToString() }));

    /// <summary>The destinations of the outbox that take nothing now, and why.</summary>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public IReadOnlyList<(string Destination, string Reason)> Pauses() => Read<IReadOnlyList<(string, string)>>(
        [], connection => connection.Query<(string, string)>("SELECT destination, reason FROM outbox_pauses ORDER BY destination").AsList());

    /// <summary>The requests that are stored, and that no saga has taken, the first first.</summary>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public IReadOnlyList<Guid> Requested() => Read<IReadOnlyList<Guid>>([], connection => [.. connection.Query<string>(
        $"SELECT operation FROM outbox WHERE destination = '{Requests}' AND operation NOT IN (SELECT uuid FROM operations) ORDER BY position")
        .Select(Guid.Parse)]);

    /// <summary>Whether a request is stored that no saga has taken.</summary>
    /// <param name="operation">Its uuid.</param>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public bool IsRequested(Guid operation) => Read(false, connection => connection.ExecuteScalar<bool>(
        $"SELECT EXISTS (SELECT 1 FROM outbox WHERE operation = @uuid AND destination = '{Requests}')", new { uuid = operation.ToString() }));

    /// <summary>An operation with its steps and children, or <c>null</c>.</summary>
    /// <param name="operation">Its uuid.</param>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public JsonObject? Find(Guid operation) => Read(null, connection =>
    {
        var parameters = new { uuid = operation.ToString() };
        // What is read belongs together: an operation that ends in between would have ended without its last step.
        using var snapshot = connection.BeginTransaction(deferred: true);
        var row = connection.QueryFirstOrDefault<OperationRow>($"{OperationRow.Select} WHERE uuid = @uuid", parameters, snapshot);
        if (row is null)
            return null;
        var shown = row.ToJson();
        shown["children"] = new JsonArray([.. connection
            .Query<string>("SELECT uuid FROM operations WHERE parent = @uuid ORDER BY created_at, uuid", parameters, snapshot)
            .Select(child => JsonValue.Create(child))]);
        shown["steps"] = new JsonArray([.. connection
            .Query<(string Name, string StartedAt, string? FinishedAt)>(
                "SELECT name, started_at, finished_at FROM operation_steps WHERE uuid = @uuid ORDER BY started_at, rowid", parameters, snapshot)
            .Select(step => new JsonObject { ["name"] = step.Name, ["started_at"] = step.StartedAt, ["finished_at"] = step.FinishedAt })]);
        return shown;
    });

    private T Read<T>(T empty, Func<SqliteConnection, T> read)
    {
        var path = Path.GetFullPath(database);
        // No worker has run yet.
        if (!File.Exists(path))
            return empty;
        try
        {
            // Without a worker there is no write-ahead log, and a reader that may write nothing cannot make one.
            var source = File.Exists(path + "-wal") ? path : $"{new Uri(path).AbsoluteUri}?immutable=1";
            using var connection = new SqliteConnection(
                new SqliteConnectionStringBuilder { DataSource = source, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 2 }.ToString());
            connection.Open();
            return read(connection);
        }
        catch (SqliteException e) when (e.Message.Contains("no such table", StringComparison.Ordinal))
        {
            // A worker is about to make them.
            return empty;
        }
        // A worker sets a damaged one aside. SQLite does not check what is in its pages.
        catch (Exception e) when (e is SqliteException or InvalidOperationException or FormatException or DataException)
        {
            LogUnreadable(e, path);
            throw new OperationsUnavailableException(e);
        }
    }

    [LoggerMessage(LogLevel.Error, "The operations in {Database} cannot be read")]
    private partial void LogUnreadable(Exception exception, string database);
}

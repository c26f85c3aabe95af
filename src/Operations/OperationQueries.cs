using System.Data;
using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace WazoPlugind.Operations;

/// <summary>Reads the operations that a worker has stored, and writes none.</summary>
/// <param name="database">The database.</param>
/// <param name="logger">Is told of a database that cannot be read.</param>
public sealed partial class OperationQueries(string database, ILogger<OperationQueries> logger)
{
    /// <summary>The statuses, as <c>GET /operations</c> has them.</summary>
    public static readonly string[] Statuses = ["waiting", "running", "completed", "error"];

    private const string Rows = $"""
        SELECT uuid, action, status, namespace, name, created_at AS CreatedAt, finished_at AS FinishedAt, parent, data FROM {Operations}
        """;

    private const string Operations = """
        (SELECT *, CASE state
                WHEN 'Completed' THEN 'completed' WHEN 'Failed' THEN 'error' WHEN 'Waiting' THEN 'waiting' WHEN 'WaitingFetched' THEN 'waiting'
                ELSE 'running' END AS status
            FROM operations)
        """;

    // By properties: SQLite does not say the type of the status where there is no row, and a constructor would have to match it.
    private sealed record Row
    {
        public string Uuid { get; init; } = "";

        public string Action { get; init; } = "";

        public string Status { get; init; } = "";

        public string? Namespace { get; init; }

        public string? Name { get; init; }

        public string CreatedAt { get; init; } = "";

        public string? FinishedAt { get; init; }

        public string? Parent { get; init; }

        public string Data { get; init; } = "";
    }

    private sealed record StepRow(string Name, string StartedAt, string FinishedAt);

    /// <summary>A part of the operations.</summary>
    /// <param name="query">Which, and in which order.</param>
    /// <returns>The operations, how many there are, and how many match.</returns>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public (IReadOnlyList<JsonObject> Items, int Total, int Filtered) List(OperationQuery query) => Read(([], 0, 0), connection =>
    {
        const string matching = "WHERE (@status IS NULL OR status = @status) AND (@action IS NULL OR action = @action)";
        var total = connection.ExecuteScalar<int>("SELECT COUNT(*) FROM operations");
        var parameters = new { status = query.Status, action = query.Action, limit = query.Limit == 0 ? -1 : query.Limit, offset = query.Offset };
        var filtered = connection.ExecuteScalar<int>($"SELECT COUNT(*) FROM {Operations} {matching}", parameters);
        // One of a few words, checked where the query is read.
        var order = $"{query.Order} {(query.Descending ? "DESC" : "ASC")} NULLS LAST, created_at DESC, uuid";
        var rows = connection.Query<Row>($"{Rows} {matching} ORDER BY {order} LIMIT @limit OFFSET @offset", parameters);
        return ((IReadOnlyList<JsonObject>)[.. rows.Select(Shown)], total, filtered);
    });

    /// <summary>How many operations have not ended.</summary>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public int CountUnfinished() => Read(0, connection => connection.ExecuteScalar<int>("SELECT COUNT(*) FROM operations WHERE finished_at IS NULL"));

    /// <summary>An operation with its steps and children, or <c>null</c>.</summary>
    /// <param name="operation">Its uuid.</param>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public JsonObject? Find(Guid operation) => Read(null, connection =>
    {
        var parameters = new { uuid = operation.ToString() };
        var row = connection.QueryFirstOrDefault<Row>($"{Rows} WHERE uuid = @uuid", parameters);
        if (row is null)
            return null;
        var shown = Shown(row);
        shown["children"] = new JsonArray([.. connection
            .Query<string>("SELECT uuid FROM operations WHERE parent = @uuid ORDER BY created_at, uuid", parameters)
            .Select(child => JsonValue.Create(child))]);
        shown["steps"] = new JsonArray([.. connection
            .Query<StepRow>(
                "SELECT name, started_at AS StartedAt, finished_at AS FinishedAt FROM operation_steps WHERE uuid = @uuid ORDER BY started_at, rowid",
                parameters)
            .Select(step => new JsonObject { ["name"] = step.Name, ["started_at"] = step.StartedAt, ["finished_at"] = step.FinishedAt })]);
        return shown;
    });

    // The data is the worker's; what a client sees of it is named here.
    private static JsonObject Shown(Row row)
    {
        var data = JsonNode.Parse(row.Data) as JsonObject ?? throw new JsonException("an operation is an object");
        var shown = new JsonObject
        {
            ["uuid"] = row.Uuid,
            ["action"] = row.Action,
            ["status"] = row.Status,
            ["plugin"] = row.Name is null
                ? null
                : new JsonObject { ["namespace"] = row.Namespace, ["name"] = row.Name, ["version"] = data["Plugin"]?["Version"]?.DeepClone() },
            ["created_at"] = row.CreatedAt,
            ["finished_at"] = row.FinishedAt,
            ["requester"] = data["Requester"] is JsonObject requester
                ? new JsonObject { ["user_uuid"] = requester["UserUuid"]?.DeepClone(), ["tenant_uuid"] = requester["TenantUuid"]?.DeepClone() }
                : null,
            ["parent"] = row.Parent,
            ["waits_for"] = data["WaitsFor"]?.DeepClone(),
            ["error"] = data["Error"] is JsonObject error
                ? new JsonObject
                {
                    ["error_id"] = error["ErrorId"]?.DeepClone(),
                    ["message"] = error["Message"]?.DeepClone(),
                    ["details"] = error["Details"]?.DeepClone(),
                }
                : null,
        };
        if (data["Method"] is { } method)
        {
            shown["method"] = method.DeepClone();
            shown["options"] = Options(data["Options"]);
            shown["commit"] = data["Commit"]?.DeepClone();
            shown["reinstall"] = data["Reinstall"]?.DeepClone();
        }

        if (data["RemovedPackages"] is { } removed)
            shown["removed_packages"] = removed.DeepClone();

        return shown;
    }

    private static JsonObject Options(JsonNode? options) => new((options as JsonObject ?? [])
        .Where(option => option.Value is not null)
        .Select(option => KeyValuePair.Create(JsonNamingPolicy.SnakeCaseLower.ConvertName(option.Key), option.Value?.DeepClone())));

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
        catch (Exception e) when (e is SqliteException or JsonException or InvalidOperationException or FormatException or DataException)
        {
            LogUnreadable(e, path);
            throw new OperationsUnavailableException(e);
        }
    }

    [LoggerMessage(LogLevel.Error, "The operations in {Database} cannot be read")]
    private partial void LogUnreadable(Exception exception, string database);
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dapper;
using Microsoft.Data.Sqlite;
using WazoPlugind.Plugins.Configuration;

namespace WazoPlugind.Worker.Operations;

/// <summary>Keeps operations in an SQLite file: the state of their sagas, and their history.</summary>
/// <param name="configuration">Says where, and how long ended operations are kept.</param>
/// <param name="time">The clock of the pruning.</param>
internal sealed class OperationStore(PlugindConfiguration configuration, TimeProvider time)
{
    private const int ConstraintViolated = 19;

    private const string Schema = """
        CREATE TABLE operations (
            uuid        TEXT PRIMARY KEY,
            action      TEXT NOT NULL,
            state       TEXT NOT NULL,
            version     INTEGER NOT NULL,
            namespace   TEXT,
            name        TEXT,
            created_at  TEXT NOT NULL,
            finished_at TEXT,
            data        TEXT NOT NULL
        );
        CREATE INDEX operations_finished_at ON operations (finished_at) WHERE finished_at IS NOT NULL;
        CREATE TABLE operation_steps (
            uuid        TEXT NOT NULL REFERENCES operations ON DELETE CASCADE,
            name        TEXT NOT NULL,
            started_at  TEXT NOT NULL,
            finished_at TEXT NOT NULL,
            output      TEXT NOT NULL,
            PRIMARY KEY (uuid, name)
        );
        PRAGMA user_version = 1;
        """;

    private readonly string _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = configuration.Operations.Database,
        ForeignKeys = true,
        // Also SQLite's busy timeout, in seconds.
        DefaultTimeout = 10,
    }.ToString();

    /// <summary>Creates the database, or brings it to this version's schema.</summary>
    /// <exception cref="ConfigurationException">It cannot be created, or is of a later version.</exception>
    public void Prepare()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(configuration.Operations.Database))!);
            using var connection = Open();
            connection.Execute("PRAGMA journal_mode = WAL");
            using var transaction = connection.BeginTransaction(deferred: false);
            switch (connection.ExecuteScalar<int>("PRAGMA user_version", transaction: transaction))
            {
                case 0:
                    connection.Execute(Schema, transaction: transaction);
                    transaction.Commit();
                    break;
                case > 1:
                    throw new ConfigurationException(
                        $"operations.database: {configuration.Operations.Database} was written by a later version of this program");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException)
        {
            throw new ConfigurationException($"operations.database: {configuration.Operations.Database}: {e.Message}");
        }
    }

    /// <summary>Finds an operation of one kind.</summary>
    /// <typeparam name="T">The kind.</typeparam>
    /// <param name="operation">Its uuid.</param>
    /// <returns>The operation, or <c>null</c> when there is none of that kind.</returns>
    public T? Find<T>(Guid operation)
        where T : OperationState, new()
    {
        using var connection = Open();
        var row = connection.QueryFirstOrDefault<(int Version, string Data)>(
            "SELECT version, data FROM operations WHERE uuid = @uuid AND action = @action",
            new { uuid = operation.ToString(), action = new T().Action });
        if (row.Data is null)
            return null;
        var state = JsonSerializer.Deserialize(row.Data, (JsonTypeInfo<T>)OperationJsonContext.Default.GetTypeInfo(typeof(T))!)!;
        state.Version = row.Version;
        return state;
    }

    /// <summary>Stores a new operation, or a change of one that was found before. On return it is on the disk.</summary>
    /// <param name="state">The operation.</param>
    /// <exception cref="OperationConflictException">It was stored or changed by someone else since.</exception>
    public void Save(OperationState state)
    {
        using var connection = Open();
        using var transaction = connection.BeginTransaction(deferred: false);
        var uuid = state.CorrelationId.ToString();
        var parameters = new
        {
            uuid,
            action = state.Action,
            state = state.CurrentState,
            version = state.Version,
            pluginNamespace = state.PluginNamespace,
            name = state.PluginName,
            createdAt = Text(state.CreatedAt),
            finishedAt = state.FinishedAt is { } finished ? Text(finished) : null,
            data = JsonSerializer.Serialize(state, OperationJsonContext.Default.GetTypeInfo(state.GetType())!),
        };
        if (Write(connection, transaction, state, parameters) == 0)
            throw new OperationConflictException(state.CorrelationId);
        foreach (var step in state.NewSteps)
        {
            connection.Execute(
                "INSERT OR REPLACE INTO operation_steps VALUES (@uuid, @name, @startedAt, @finishedAt, @output)",
                new { uuid, name = step.Name, startedAt = Text(step.StartedAt), finishedAt = Text(step.FinishedAt), output = step.Output },
                transaction);
        }

        if (state.FinishedAt is not null)
            Prune(connection, transaction);
        transaction.Commit();
        state.Version++;
        state.NewSteps.Clear();
    }

    private static int Write(SqliteConnection connection, SqliteTransaction transaction, OperationState state, object parameters)
    {
        const string update = """
            UPDATE operations
            SET state = @state, version = @version + 1, namespace = @pluginNamespace, name = @name, finished_at = @finishedAt, data = @data
            WHERE uuid = @uuid AND version = @version
            """;
        const string insert =
            "INSERT INTO operations VALUES (@uuid, @action, @state, 1, @pluginNamespace, @name, @createdAt, @finishedAt, @data)";
        try
        {
            return connection.Execute(state.Version == 0 ? insert : update, parameters, transaction);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == ConstraintViolated)
        {
            throw new OperationConflictException(state.CorrelationId);
        }
    }

    private static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private void Prune(SqliteConnection connection, SqliteTransaction transaction)
    {
        var settings = configuration.Operations;
        connection.Execute(
            "DELETE FROM operations WHERE finished_at < @oldest",
            new { oldest = Text(time.GetUtcNow().AddDays(-settings.KeepDays)) },
            transaction);
        connection.Execute(
            """
            DELETE FROM operations WHERE finished_at <=
                (SELECT finished_at FROM operations WHERE finished_at IS NOT NULL ORDER BY finished_at DESC LIMIT 1 OFFSET @count)
            """,
            new { count = settings.KeepCount },
            transaction);
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        // A message is acknowledged on the strength of what is stored here: it has to outlive a power failure.
        connection.Execute("PRAGMA synchronous = FULL");
        return connection;
    }
}

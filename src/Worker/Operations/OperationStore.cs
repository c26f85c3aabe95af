using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using WazoPlugind.Messages;
using WazoPlugind.Plugins.Configuration;

namespace WazoPlugind.Worker.Operations;

/// <summary>Keeps operations in an SQLite file: the state of their sagas, and their history.</summary>
/// <param name="configuration">Says where, and how long ended operations are kept.</param>
/// <param name="time">The clock of the pruning.</param>
/// <param name="logger">Is told of a database that cannot be used.</param>
internal sealed partial class OperationStore(PlugindConfiguration configuration, TimeProvider time, ILogger<OperationStore> logger)
{
    // SQLite's result codes (https://www.sqlite.org/rescode.html).
    private const int Corrupt = 11;
    private const int ConstraintViolated = 19;
    private const int NoDatabase = 26;

    // By version of the schema; a database of version N has those before it.
    private static readonly string[] Schemas =
    [
        """
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
        """,
        $"""
        ALTER TABLE operations ADD COLUMN parent TEXT;
        CREATE INDEX operations_parent ON operations (parent) WHERE parent IS NOT NULL;
        CREATE INDEX operations_created_at ON operations (created_at);
        {PluginTurns.Schema}
        """,
        """
        ALTER TABLE operations ADD COLUMN kind TEXT NOT NULL DEFAULT 'InstallState';
        UPDATE operations SET kind = 'UninstallState' WHERE action = 'uninstall';
        CREATE INDEX operations_unfinished ON operations (created_at) WHERE finished_at IS NULL;
        """,
        """
        ALTER TABLE operations ADD COLUMN requester TEXT NOT NULL DEFAULT '';
        CREATE INDEX operations_requester ON operations (requester) WHERE finished_at IS NULL;
        """,
    ];

    // SQLite has one writer at a time, and .NET's driver looks only every 150 ms whether it is its turn.
    private readonly Lock _writer = new();

    private readonly string _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = configuration.Operations.Database,
        ForeignKeys = true,
        // Also SQLite's busy timeout, in seconds.
        DefaultTimeout = 10,
    }.ToString();

    /// <summary>Creates the database, or brings it to this version's schema. A damaged one is set aside, and a new one begun.</summary>
    /// <exception cref="ConfigurationException">It cannot be created, or is of a later version.</exception>
    public void Prepare()
    {
        try
        {
            PrepareSchema();
        }
        catch (SqliteException e) when (IsDamage(e))
        {
            SetAside(e);
            PrepareSchema();
        }
    }

    /// <summary>The operations that have not ended.</summary>
    public IReadOnlyList<OperationState> Unfinished()
    {
        using var connection = Open();
        return
        [
            .. connection.Query<(string Uuid, string Kind)>("SELECT uuid, kind FROM operations WHERE finished_at IS NULL ORDER BY created_at")
                .Select(row => (OperationState?)(row.Kind switch
                {
                    nameof(InstallState) => Find<InstallState>(Guid.Parse(row.Uuid)),
                    nameof(UninstallState) => Find<UninstallState>(Guid.Parse(row.Uuid)),
                    _ => Find<UpdateAllState>(Guid.Parse(row.Uuid)),
                }))
                .OfType<OperationState>(),
        ];
    }

    /// <summary>What a requester is known by: the user; those from the bus are one.</summary>
    /// <param name="requester">Who asks; <c>null</c> for a command from the bus.</param>
    public static string KeyOf(OperationRequester? requester) => requester?.UserUuid ?? "";

    /// <summary>Counts the operations of a requester that have not ended.</summary>
    /// <param name="requester">Who asked for them, as <see cref="KeyOf"/> knows them.</param>
    /// <param name="most">Where to stop counting.</param>
    public int CountUnfinished(OperationRequester? requester, int most)
    {
        using var connection = Open();
        return connection.ExecuteScalar<int>(
            "SELECT count(*) FROM (SELECT 1 FROM operations WHERE finished_at IS NULL AND requester = @requester LIMIT @most)",
            new { requester = KeyOf(requester), most });
    }

    private static bool IsDamage(SqliteException exception) => exception.SqliteErrorCode is Corrupt or NoDatabase;

    // Whoever wants to know what was in it can still look.
    private void SetAside(SqliteException exception)
    {
        SqliteConnection.ClearAllPools();
        var suffix = $".damaged-{time.GetUtcNow():yyyyMMddTHHmmss}";
        LogDamaged(exception, configuration.Operations.Database, suffix);
        foreach (var file in configuration.Operations.DatabaseFiles())
        {
            if (File.Exists(file))
                File.Move(file, file + suffix, overwrite: true);
        }
    }

    private void PrepareSchema()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(configuration.Operations.Database))!);
            using var connection = Open();
            connection.Execute("PRAGMA journal_mode = WAL");
            using var transaction = connection.BeginTransaction(deferred: false);
            var version = connection.ExecuteScalar<int>("PRAGMA user_version", transaction: transaction);
            if (version > Schemas.Length)
            {
                throw new ConfigurationException(
                    $"operations.database: {configuration.Operations.Database} was written by a later version of this program");
            }

            foreach (var schema in Schemas[version..])
                connection.Execute(schema, transaction: transaction);
            // A disk without room does not keep the service from starting.
            if (version < Schemas.Length)
                connection.Execute($"PRAGMA user_version = {Schemas.Length}", transaction: transaction);
            transaction.Commit();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException || (e is SqliteException sqlite && !IsDamage(sqlite)))
        {
            throw new ConfigurationException($"operations.database: {configuration.Operations.Database}: {e.Message}");
        }
    }

    /// <summary>Finds an operation of one kind.</summary>
    /// <typeparam name="T">The kind.</typeparam>
    /// <param name="operation">Its uuid.</param>
    /// <returns>The operation, or <c>null</c> when there is none of that kind.</returns>
    public T? Find<T>(Guid operation)
        where T : OperationState
    {
        using var connection = Open();
        var row = connection.QueryFirstOrDefault<(int Version, string Data)>(
            "SELECT version, data FROM operations WHERE uuid = @uuid AND kind = @kind", new { uuid = operation.ToString(), kind = typeof(T).Name });
        if (row.Data is null)
            return null;
        var state = JsonSerializer.Deserialize(row.Data, (JsonTypeInfo<T>)OperationJsonContext.Default.GetTypeInfo(typeof(T))!)!;
        state.Version = row.Version;
        return state;
    }

    /// <summary>Whether an operation has ended, as far as this machine knows: a builder elsewhere has no database.</summary>
    /// <param name="operation">Its uuid.</param>
    public bool HasEnded(Guid operation)
    {
        if (!File.Exists(configuration.Operations.Database))
            return false;
        try
        {
            using var connection = Open();
            return connection.ExecuteScalar<string?>(
                "SELECT finished_at FROM operations WHERE uuid = @uuid", new { uuid = operation.ToString() }) is not null;
        }
        catch (SqliteException e)
        {
            // Work that is done for an ended operation is discarded; work that is not done would hold up one that has not.
            LogUnreadable(configuration.Operations.Database, e.Message);
            return false;
        }
    }

    /// <summary>Stores a new operation, or a change of one that was found before. On return it is on the disk.</summary>
    /// <param name="state">The operation.</param>
    /// <exception cref="OperationConflictException">It was stored or changed by someone else since.</exception>
    /// <exception cref="SqliteException">It cannot be written, for example because the disk is full; nothing has changed.</exception>
    public void Save(OperationState state)
    {
        Write((connection, transaction) => Save(state, connection, transaction));
        state.Version++;
        state.NewSteps.Clear();
    }

    /// <summary>Changes the database in one transaction. On return the change is on the disk.</summary>
    /// <param name="change">Makes the change.</param>
    /// <exception cref="SqliteException">It cannot be written, for example because the disk is full; nothing has changed.</exception>
    public void Write(Action<SqliteConnection, SqliteTransaction> change)
    {
        lock (_writer)
        {
            try
            {
                using var connection = Open();
                using var transaction = connection.BeginTransaction(deferred: false);
                change(connection, transaction);
                transaction.Commit();
            }
            catch (SqliteException e) when (IsDamage(e))
            {
                // What is written next goes into a new one; what was being written is tried again by who asked for it.
                SetAside(e);
                PrepareSchema();
                throw;
            }
            catch (SqliteException e) when (e.SqliteErrorCode != ConstraintViolated)
            {
                LogUnwritable(configuration.Operations.Database, e.Message);
                throw;
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Database} cannot be read: {Reason}")]
    private partial void LogUnreadable(string database, string reason);

    [LoggerMessage(LogLevel.Error, "{Database} cannot be written: {Reason}; what was to be stored is tried again")]
    private partial void LogUnwritable(string database, string reason);

    [LoggerMessage(LogLevel.Error, "{Database} is damaged; it is set aside with the suffix {Suffix}, and the history of operations begins anew")]
    private partial void LogDamaged(Exception exception, string database, string suffix);

    private void Save(OperationState state, SqliteConnection connection, SqliteTransaction transaction)
    {
        var uuid = state.CorrelationId.ToString();
        var parameters = new
        {
            uuid,
            kind = state.GetType().Name,
            action = state.Action,
            state = state.CurrentState,
            version = state.Version,
            pluginNamespace = state.PluginNamespace,
            name = state.PluginName,
            createdAt = Text(state.CreatedAt),
            finishedAt = state.FinishedAt is { } finished ? Text(finished) : null,
            parent = state.Parent?.Uuid.ToString(),
            requester = KeyOf(state.Requester),
            data = JsonSerializer.Serialize(state, OperationJsonContext.Default.GetTypeInfo(state.GetType())!),
        };
        if (WriteRow(connection, transaction, state, parameters) == 0)
            throw new OperationConflictException(state.CorrelationId);
        foreach (var step in state.NewSteps)
        {
            connection.Execute(
                "INSERT OR REPLACE INTO operation_steps VALUES (@uuid, @name, @startedAt, @finishedAt, @output)",
                new { uuid, name = step.Name, startedAt = Text(step.StartedAt), finishedAt = Text(step.FinishedAt), output = step.Output },
                transaction);
        }

        // The operation before it ended just now: what would be stored is out of date.
        if (state.WaitsFor is not null && PluginTurns.HasAll(connection, transaction, state.CorrelationId))
            throw new OperationConflictException(state.CorrelationId);
        if (state.FinishedAt is not null)
        {
            PluginTurns.Delete(connection, transaction, state.CorrelationId);
            Prune(connection, transaction);
        }
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        // A message is acknowledged on the strength of what is stored here: it has to outlive a power failure.
        connection.Execute("PRAGMA synchronous = FULL");
        return connection;
    }

    private static int WriteRow(SqliteConnection connection, SqliteTransaction transaction, OperationState state, object parameters)
    {
        const string update = """
            UPDATE operations
            SET state = @state, version = @version + 1, namespace = @pluginNamespace, name = @name, finished_at = @finishedAt, data = @data
            WHERE uuid = @uuid AND version = @version
            """;
        const string insert = """
            INSERT INTO operations (uuid, kind, action, state, version, namespace, name, created_at, finished_at, parent, requester, data)
            VALUES (@uuid, @kind, @action, @state, 1, @pluginNamespace, @name, @createdAt, @finishedAt, @parent, @requester, @data)
            """;
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
}

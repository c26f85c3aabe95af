using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Schema;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Worker.Sagas.Install;
using WazoPlugind.Worker.Sagas.Uninstall;
using WazoPlugind.Worker.Sagas.UpdateAll;

namespace WazoPlugind.Worker.Sagas;

/// <summary>Keeps operations in an SQLite file: the state of their sagas, and their history.</summary>
/// <param name="configuration">Says where, and how long ended operations are kept.</param>
/// <param name="time">The clock of the pruning.</param>
/// <param name="logger">Is told of a database that cannot be used.</param>
internal sealed partial class OperationStore(PlugindConfiguration configuration, TimeProvider time, ILogger<OperationStore> logger) : IDisposable
{
    // One of SQLite's result codes (https://www.sqlite.org/rescode.html).
    private const int ConstraintViolated = 19;

    private readonly OperationDatabase _database = new(configuration.Operations.DatabaseFiles(), time, logger);

    // A builder is another process, which does not know when the database is set aside: so it tidies nothing away, and keeps nothing open.
    private readonly string _readOnly = new SqliteConnectionStringBuilder
    {
        DataSource = configuration.Operations.Database,
        Mode = SqliteOpenMode.ReadOnly,
        Pooling = false,
        DefaultTimeout = 10,
    }.ToString();

    /// <inheritdoc cref="OperationDatabase.Prepare"/>
    public void Prepare() => _database.Prepare();

    /// <summary>The operations that have not ended.</summary>
    public IReadOnlyList<OperationState> Unfinished() => _database.Read(connection => (IReadOnlyList<OperationState>)
    [
        .. connection.Query<(string Uuid, string Kind)>("SELECT uuid, kind FROM operations WHERE finished_at IS NULL ORDER BY created_at")
            .Select(row => (OperationState?)(row.Kind switch
            {
                nameof(InstallState) => Find<InstallState>(connection, Guid.Parse(row.Uuid)),
                nameof(UninstallState) => Find<UninstallState>(connection, Guid.Parse(row.Uuid)),
                _ => Find<UpdateAllState>(connection, Guid.Parse(row.Uuid)),
            }))
            .OfType<OperationState>(),
    ]);

    /// <summary>What a requester is known by: the user; those from the bus are one.</summary>
    /// <param name="requester">Who asks; <c>null</c> for a command from the bus.</param>
    public static string KeyOf(OperationRequester? requester) => requester?.UserUuid ?? "";

    /// <summary>Counts the operations of a requester that have not ended.</summary>
    /// <param name="requester">Who asked for them, as <see cref="KeyOf"/> knows them.</param>
    /// <param name="most">Where to stop counting.</param>
    public int CountUnfinished(OperationRequester? requester, int most) => _database.Read(connection => connection.ExecuteScalar<int>(
        "SELECT count(*) FROM (SELECT 1 FROM operations WHERE finished_at IS NULL AND requester = @requester LIMIT @most)",
        new { requester = KeyOf(requester), most }));

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    /// <summary>Finds an operation of one kind.</summary>
    /// <typeparam name="T">The kind.</typeparam>
    /// <param name="operation">Its uuid.</param>
    /// <returns>The operation, or <c>null</c> when there is none of that kind.</returns>
    public T? Find<T>(Guid operation)
        where T : OperationState => _database.Read(connection => Find<T>(connection, operation));

    /// <summary>Whether an operation has ended, as far as this machine knows: a builder elsewhere has no database.</summary>
    /// <param name="operation">Its uuid.</param>
    public bool HasEnded(Guid operation)
    {
        if (!File.Exists(configuration.Operations.Database))
            return false;
        try
        {
            using var connection = new SqliteConnection(_readOnly);
            connection.Open();
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
        _database.Write((connection, transaction) => Save(state, connection, transaction));
        state.Version++;
        state.NewSteps.Clear();
    }

    /// <inheritdoc cref="OperationDatabase.Write"/>
    public void Write(Action<SqliteConnection, SqliteTransaction> change) => _database.Write(change);

    [LoggerMessage(LogLevel.Warning, "{Database} cannot be read: {Reason}")]
    private partial void LogUnreadable(string database, string reason);

    private static T? Find<T>(SqliteConnection connection, Guid operation)
        where T : OperationState
    {
        var row = connection.QueryFirstOrDefault<(int Version, string Data)>(
            "SELECT version, data FROM operations WHERE uuid = @uuid AND kind = @kind", new { uuid = operation.ToString(), kind = typeof(T).Name });
        if (row.Data is null)
            return null;
        var state = JsonSerializer.Deserialize(row.Data, (JsonTypeInfo<T>)OperationJsonContext.Default.GetTypeInfo(typeof(T))!)
            ?? throw new JsonException("an operation is an object");
        state.Version = row.Version;
        return state;
    }

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

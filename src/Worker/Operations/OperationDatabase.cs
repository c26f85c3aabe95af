using System.Data;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using WazoPlugind.Plugins.Configuration;

namespace WazoPlugind.Worker.Operations;

/// <summary>
/// The SQLite file of the <see cref="OperationStore"/>: its schema, and its connections. A damaged one is set aside, whoever finds
/// it so, and a new one begun.
/// </summary>
/// <param name="configuration">Says where it is.</param>
/// <param name="time">The clock of the name that a damaged one gets.</param>
/// <param name="logger">Is told of a database that cannot be used.</param>
internal sealed partial class OperationDatabase(PlugindConfiguration configuration, TimeProvider time, ILogger logger) : IDisposable
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

    // Read by whoever has the database open. It is renamed only while nobody has: whoever closed it later would delete the
    // write-ahead log of the new one, which has the name of the old one's (https://www.sqlite.org/howtocorrupt.html, 2.4).
    private readonly ReaderWriterLockSlim _open = new();
    private int _setAside;
    private volatile bool _isPrepared;

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
            BeginAnew(damage: null, database: 0);
        }
        catch (SqliteException e) when (IsDamage(e))
        {
            BeginAnew(e, _setAside);
        }
    }

    /// <summary>Reads; what turns out to be damaged is set aside, and what was asked for is read from the new one.</summary>
    /// <typeparam name="T">What is read.</typeparam>
    /// <param name="read">Reads it.</param>
    public T Read<T>(Func<SqliteConnection, T> read) => Use(read, attempts: 2);

    /// <summary>
    /// Changes the database in one transaction. On return the change is on the disk. One that turns out to be damaged is set aside:
    /// what is written next goes into a new one, and what was being written is tried again by who asked for it.
    /// </summary>
    /// <param name="change">Makes the change.</param>
    /// <exception cref="SqliteException">It cannot be written, for example because the disk is full; nothing has changed.</exception>
    public void Write(Action<SqliteConnection, SqliteTransaction> change)
    {
        lock (_writer)
        {
            try
            {
                Use(
                    connection =>
                    {
                        using var transaction = connection.BeginTransaction(deferred: false);
                        change(connection, transaction);
                        transaction.Commit();
                        return true;
                    },
                    attempts: 1);
            }
            catch (SqliteException e) when (!IsDamage(e) && e.SqliteErrorCode != ConstraintViolated)
            {
                LogUnwritable(configuration.Operations.Database, e.Message);
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _open.Dispose();

    // What SQLite notices, and what it does not: it checks little of what is in its pages.
    private static bool IsDamage(Exception exception) =>
        exception is SqliteException { SqliteErrorCode: Corrupt or NoDatabase } or JsonException or FormatException or DataException;

    private T Use<T>(Func<SqliteConnection, T> use, int attempts)
    {
        while (true)
        {
            if (!_isPrepared)
                BeginAnew(damage: null, database: 0);
            var database = 0;
            ExceptionDispatchInfo damage;
            _open.EnterReadLock();
            try
            {
                database = _setAside;
                using var connection = Open();
                return use(connection);
            }
            catch (Exception e) when (IsDamage(e))
            {
                damage = ExceptionDispatchInfo.Capture(e);
            }
            finally
            {
                _open.ExitReadLock();
            }

            BeginAnew(damage.SourceException, database);
            if (--attempts == 0)
                damage.Throw();
        }
    }

    // Only the one that was found damaged is set aside: someone else may have done so already.
    private void BeginAnew(Exception? damage, int database)
    {
        _open.EnterWriteLock();
        try
        {
            if (damage is not null && database == _setAside)
            {
                SetAside(damage);
                _setAside++;
                _isPrepared = false;
            }

            // A disk without room may have kept it from being prepared.
            if (_isPrepared)
                return;
            PrepareSchema();
            _isPrepared = true;
        }
        finally
        {
            _open.ExitWriteLock();
        }
    }

    // Whoever wants to know what was in it can still look.
    private void SetAside(Exception exception)
    {
        SqliteConnection.ClearAllPools();
        var suffix = $".damaged-{time.GetUtcNow():yyyyMMddTHHmmss}";
        LogDamaged(exception, configuration.Operations.Database, suffix);
        // The database last: a new one beside the log of the old one would take over what is in that.
        foreach (var file in configuration.Operations.DatabaseFiles().Reverse())
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

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        // A message is acknowledged on the strength of what is stored here: it has to outlive a power failure.
        connection.Execute("PRAGMA synchronous = FULL");
        return connection;
    }

    [LoggerMessage(LogLevel.Error, "{Database} cannot be written: {Reason}; what was to be stored is tried again")]
    private partial void LogUnwritable(string database, string reason);

    [LoggerMessage(LogLevel.Error, "{Database} is damaged; it is set aside with the suffix {Suffix}, and the history of operations begins anew")]
    private partial void LogDamaged(Exception exception, string database, string suffix);
}

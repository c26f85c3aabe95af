using System.Runtime.ExceptionServices;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using WazoPlugind.Operations.Changes;

namespace WazoPlugind.Operations.Schema;

/// <summary>
/// The SQLite file that holds the operations: its schema, and the connections of those who write it. A damaged one is set aside,
/// whoever finds it so, and a new one begun.
/// </summary>
/// <param name="files">Its files, the database itself first.</param>
/// <param name="time">The clock of the name that a damaged one gets.</param>
/// <param name="logger">Is told of a database that cannot be used.</param>
public sealed partial class OperationDatabase(IReadOnlyList<string> files, TimeProvider time, ILogger logger) : IDisposable
{
    // SQLite's result codes (https://www.sqlite.org/rescode.html).
    private const int Corrupt = 11;
    private const int ConstraintViolated = 19;
    private const int NoDatabase = 26;

    // Marks a file as one of this schema (https://www.sqlite.org/pragma.html#pragma_application_id): "plug".
    private const int ApplicationId = 0x706c7567;

    // By version of the schema; a database of version N has those before it.
    private static readonly string[] Schemas =
        ["001_operations.sql", "002_outbox.sql", "003_broker.sql", "004_plan.sql", "005_attempts.sql", "006_events.sql", "007_cancellations.sql"];

    // SQLite has one writer at a time, and .NET's driver looks only every 150 ms whether it is its turn.
    private readonly Lock _writer = new();

    // Read by whoever has the database open. It is renamed only while nobody has: whoever closed it later would delete the
    // write-ahead log of the new one, which has the name of the old one's (https://www.sqlite.org/howtocorrupt.html, 2.4).
    private readonly ReaderWriterLockSlim _open = new();
    private int _setAside;
    private volatile bool _isPrepared;

    private readonly string _connectionString = new SqliteConnectionStringBuilder
    {
        DataSource = files[0],
        ForeignKeys = true,
        // Also SQLite's busy timeout, in seconds.
        DefaultTimeout = 10,
    }.ToString();

    /// <summary>Creates the database, or brings it to this version's schema. A damaged one is set aside, and a new one begun.</summary>
    /// <exception cref="IOException">It cannot be created, or is of a later version.</exception>
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
    /// <param name="isDurable">Whether it outlives a power failure, and not the end of this process only.</param>
    /// <exception cref="SqliteException">It cannot be written, for example because the disk is full; nothing has changed.</exception>
    public void Write(Action<SqliteConnection, SqliteTransaction> change, bool isDurable = true)
    {
        lock (_writer)
        {
            try
            {
                Use(
                    connection =>
                    {
                        // What is acknowledged on the strength of what is stored here has to outlive a power failure.
                        connection.Execute(isDurable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
                        using var transaction = connection.BeginTransaction(deferred: false);
                        change(connection, transaction);
                        transaction.Commit();
                        return true;
                    },
                    attempts: 1);
            }
            catch (SqliteException e) when (!IsDamage(e) && e.SqliteErrorCode != ConstraintViolated)
            {
                LogUnwritable(files[0], e.Message);
                throw;
            }
        }

        ChangeMark.Write(files[0]);
    }

    /// <inheritdoc/>
    public void Dispose() => _open.Dispose();

    private static bool IsDamage(Exception exception) => exception is SqliteException { SqliteErrorCode: Corrupt or NoDatabase };

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
                LogDamaged(damage, files[0]);
                SetAside("damaged");
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
    private void SetAside(string why)
    {
        SqliteConnection.ClearAllPools();
        var suffix = $".{why}-{time.GetUtcNow():yyyyMMddTHHmmss}";
        LogSetAside(files[0], suffix);
        // The database last: a new one beside the log of the old one would take over what is in that.
        foreach (var file in files.Reverse())
        {
            if (File.Exists(file))
                File.Move(file, file + suffix, overwrite: true);
        }
    }

    private void PrepareSchema()
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(files[0]))!);
            if (IsForeign())
                SetAside("before");
            using var connection = Open();
            connection.Execute("PRAGMA journal_mode = WAL");
            using var transaction = connection.BeginTransaction(deferred: false);
            var version = connection.ExecuteScalar<int>("PRAGMA user_version", transaction: transaction);
            if (version > Schemas.Length)
                throw new IOException($"it was written by a later version of this program");

            foreach (var schema in Schemas[version..])
                connection.Execute(Read(schema), transaction: transaction);
            // A disk without room does not keep the service from starting.
            if (version < Schemas.Length)
                connection.Execute($"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Schemas.Length}", transaction: transaction);
            transaction.Commit();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException || (e is SqliteException sqlite && !IsDamage(sqlite)))
        {
            throw new IOException($"operations.database: {files[0]}: {e.Message}", e);
        }
    }

    // One that has tables, but not ours: of a version before the first release.
    private bool IsForeign()
    {
        if (!File.Exists(files[0]))
            return false;
        using var connection = Open();
        return connection.ExecuteScalar<int>("PRAGMA application_id") != ApplicationId
            && connection.ExecuteScalar<int>("SELECT COUNT(*) FROM sqlite_master") > 0;
    }

    private static string Read(string schema)
    {
        using var reader = new StreamReader(typeof(OperationDatabase).Assembly.GetManifestResourceStream(schema)!);
        return reader.ReadToEnd();
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(_connectionString);
        connection.Open();
        return connection;
    }

    [LoggerMessage(LogLevel.Error, "{Database} cannot be written: {Reason}; what was to be stored is tried again")]
    private partial void LogUnwritable(string database, string reason);

    [LoggerMessage(LogLevel.Error, "{Database} is damaged")]
    private partial void LogDamaged(Exception exception, string database);

    [LoggerMessage(LogLevel.Warning, "{Database} is set aside with the suffix {Suffix}, and the history of operations begins anew")]
    private partial void LogSetAside(string database, string suffix);
}

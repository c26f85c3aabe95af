using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace WazoPlugind.Operations;

/// <summary>
/// Reads the database of a worker, which may not be there yet. By hand: the API is compiled ahead of time, and Dapper makes code while it runs.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="logger">Is told of a database that cannot be read.</param>
internal sealed partial class OperationsReader(string database, ILogger logger)
{
    /// <summary>Reads rows.</summary>
    /// <typeparam name="T">What is made of a row.</typeparam>
    /// <param name="connection">The database.</param>
    /// <param name="sql">The query.</param>
    /// <param name="read">Makes it.</param>
    /// <param name="parameters">The query's parameters.</param>
    public static List<T> Query<T>(
        SqliteConnection connection, string sql, Func<SqliteDataReader, T> read, params (string Name, object? Value)[] parameters)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        using var reader = command.ExecuteReader();
        List<T> rows = [];
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>Reads.</summary>
    /// <typeparam name="T">What is read.</typeparam>
    /// <param name="empty">What there is where no worker has run.</param>
    /// <param name="read">Reads it.</param>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public T Read<T>(T empty, Func<SqliteConnection, T> read)
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
        catch (Exception e) when (e is SqliteException or InvalidOperationException or InvalidCastException or FormatException)
        {
            LogUnreadable(e, path);
            throw new OperationsUnavailableException(e);
        }
    }

    [LoggerMessage(LogLevel.Error, "The operations in {Database} cannot be read")]
    private partial void LogUnreadable(Exception exception, string database);
}

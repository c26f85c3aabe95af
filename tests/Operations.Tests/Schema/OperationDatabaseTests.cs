using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using WazoPlugind.Harness;
using WazoPlugind.Operations.Schema;

namespace WazoPlugind.Operations.Tests.Schema;

public sealed class OperationDatabaseTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);

    private string Path => System.IO.Path.Join(_directory.Path, "deeper", "operations.db");

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _directory.Dispose();
    }

    [Fact]
    public void Prepare_makes_what_the_queries_read_and_a_second_time_changes_nothing()
    {
        for (var time = 0; time < 2; time++)
        {
            using var database = Create();
            database.Prepare();
            database.Write((connection, transaction) => connection.Execute(
                """
                INSERT OR IGNORE INTO operations (uuid, kind, action, status, method, created_at, data)
                VALUES ('9b2c7f0e-0000-4000-8000-000000000001', 'install', 'install', 'running', 'git', '2026-01-01T00:00:00Z', '{}')
                """,
                transaction: transaction));
        }

        var queries = new OperationQueries(Path, NullLogger<OperationQueries>.Instance);
        var (items, total, filtered) = queries.List(new OperationQuery("running", null, null, null, "created_at", Descending: true, Limit: 0, Offset: 0));
        Assert.Equal((1, 1, "git"), (total, filtered, items[0]["method"]!.GetValue<string>()));
        Assert.Equal(1, queries.CountUnfinished());
        Assert.Null(queries.Find(Guid.NewGuid()));
    }

    [Fact]
    public void Prepare_of_a_database_of_a_later_version_refuses_it()
    {
        using (var database = Create())
            database.Write((connection, transaction) => connection.Execute("PRAGMA user_version = 1000", transaction: transaction));

        using var later = Create();
        var error = Assert.Throws<IOException>(later.Prepare);

        Assert.Equal($"operations.database: {Path}: it was written by a later version of this program", error.Message);
    }

    [Fact]
    public void Prepare_of_what_is_no_database_sets_it_aside()
    {
        _directory.Write("deeper/operations.db", new string('x', 5000));

        using var database = Create();
        database.Prepare();

        Assert.True(File.Exists(Path + ".damaged-19700101T000000"));
        Assert.Equal(0, new OperationQueries(Path, NullLogger<OperationQueries>.Instance).CountUnfinished());
    }

    [Fact]
    public void Prepare_of_a_database_of_before_sets_it_aside()
    {
        using (var before = new SqliteConnection($"Data Source={Path}"))
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            before.Open();
            before.Execute("CREATE TABLE operations (uuid TEXT); PRAGMA user_version = 4");
        }

        using var database = Create();
        database.Prepare();

        Assert.True(File.Exists(Path + ".before-19700101T000000"));
        Assert.Equal(0, new OperationQueries(Path, NullLogger<OperationQueries>.Instance).CountUnfinished());
    }

    private OperationDatabase Create() => new([Path, Path + "-wal", Path + "-shm"], _time, NullLogger.Instance);
}

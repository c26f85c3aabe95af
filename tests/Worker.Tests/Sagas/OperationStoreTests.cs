using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Schema;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Worker.Sagas;
using WazoPlugind.Worker.Sagas.Install;
using WazoPlugind.Worker.Sagas.Uninstall;

namespace WazoPlugind.Worker.Tests.Sagas;

public sealed class OperationStoreTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("plugind-store-").FullName;
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-01-01T00:00:00Z", CultureInfo.InvariantCulture));

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void What_is_saved_is_found_by_another_store()
    {
        var state = Install();
        state.Plugin = new PluginIdentity("a", "b", "1.0");
        state.Error = new OperationError("x-error", "X Error", JsonSerializer.SerializeToElement(new { reason = "é" }));
        Create().Save(state);

        var found = Create().Find<InstallState>(state.CorrelationId)!;

        Assert.Equal(("Fetching", 1, "b"), (found.CurrentState, found.Version, found.Plugin!.Name));
        Assert.Equal("é", found.Error!.Details.GetProperty("reason").GetString());
        Assert.Null(Create().Find<UninstallState>(state.CorrelationId));
        Assert.Null(Create().Find<InstallState>(Guid.NewGuid()));
    }

    [Fact]
    public void CountUnfinished_counts_those_of_one_requester_that_have_not_ended()
    {
        var store = Create();
        var (one, other) = (new OperationRequester("one", "tenant"), new OperationRequester("other", null));
        OperationRequester?[] requesters = [one, one, one, other, null];
        foreach (var requester in requesters)
        {
            var state = Install();
            state.Requester = requester;
            store.Save(state);
        }

        var ended = Install();
        (ended.Requester, ended.FinishedAt) = (other, _time.GetUtcNow());
        store.Save(ended);

        Assert.Equal((2, 1, 1), (store.CountUnfinished(one, 2), store.CountUnfinished(other, 2), store.CountUnfinished(null, 2)));
        Assert.Equal(0, store.CountUnfinished(new OperationRequester("nobody", null), 2));
    }

    [Theory]
    [InlineData("whole")]
    [InlineData("part")]
    public void A_damaged_database_is_set_aside_and_a_new_one_begun(string what)
    {
        var first = Install();
        Create().Save(first);
        SqliteConnection.ClearAllPools();
        var bytes = File.ReadAllBytes(Database);
        if (what == "whole")
            File.WriteAllText(Database, new string('x', 10_000));
        else
            bytes.AsSpan(100, bytes.Length - 200).Fill(0xFF);
        if (what == "part")
            File.WriteAllBytes(Database, bytes);

        var second = Install();
        Create().Save(second);

        Assert.NotNull(Create().Find<InstallState>(second.CorrelationId));
        Assert.Null(Create().Find<InstallState>(first.CorrelationId));
        Assert.NotEmpty(Directory.GetFiles(Path.GetDirectoryName(Database)!, "*.damaged-*"));
    }

    [Fact]
    public void Damage_that_is_found_while_writing_costs_that_write_and_no_other()
    {
        var store = Create();
        store.Save(Install());
        SqliteConnection.ClearAllPools();
        File.WriteAllText(Database, new string('x', 10_000));

        Assert.Throws<SqliteException>(() => store.Save(Install()));
        var state = Install();
        store.Save(state);
        Assert.NotNull(store.Find<InstallState>(state.CorrelationId));
    }

    // The pages of the table, of its index, and of what is too long for one page; and SQLite checks nothing of the last.
    [Theory]
    [InlineData("every page but the first")]
    [InlineData("what is long")]
    public void Damage_that_is_found_while_reading_costs_the_history_and_no_more(string what)
    {
        var store = Create();
        var first = Long();
        store.Save(first);
        store.Save(Install());
        Damage(what);

        Assert.Null(store.Find<InstallState>(first.CorrelationId));
        Assert.Empty(store.Unfinished());
        Assert.Equal(0, store.CountUnfinished(requester: null, 3));
        Assert.False(store.HasEnded(first.CorrelationId));
        var second = Install();
        store.Save(second);
        Assert.NotNull(Create().Find<InstallState>(second.CorrelationId));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(Database)!, "operations.db.damaged-*"));
    }

    [Theory]
    [InlineData("every page but the first")]
    [InlineData("what is long")]
    public void What_is_left_to_be_ended_at_a_start_may_be_damaged(string what)
    {
        var store = Create();
        store.Save(Long());
        Damage(what);

        Assert.Empty(Create().Unfinished());
    }

    [Fact]
    public async Task Those_who_find_the_same_damage_set_one_database_aside()
    {
        using var database = new OperationDatabase(Configuration().Operations.DatabaseFiles(), _time, NullLogger.Instance);
        using var both = new Barrier(2);
        // Each that is set aside has a name of its own.
        _time.AutoAdvanceAmount = TimeSpan.FromSeconds(1);

        Assert.Equal(["tried again", "tried again"], await Task.WhenAll(Task.Run(Read), Task.Run(Read)));

        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(Database)!, "operations.db.damaged-*"));

        string Read()
        {
            var isFirst = true;
            return database.Read(_ =>
            {
                if (!isFirst)
                    return "tried again";
                isFirst = false;
                both.SignalAndWait();
                throw new JsonException();
            });
        }
    }

    // Whoever closed it afterwards would delete the log of the new one.
    [Fact]
    public async Task A_damaged_database_is_not_set_aside_while_someone_has_it_open()
    {
        var store = Create();
        var first = Long();
        store.Save(first);
        Query("PRAGMA wal_checkpoint(TRUNCATE)");
        using ManualResetEventSlim opened = new(), close = new();
        var writing = Task.Run(() => store.Write((_, _) =>
        {
            opened.Set();
            close.Wait();
        }));
        opened.Wait();
        Damage("every page but the first", checkpoint: false);

        var finding = Task.Run(() => store.Find<InstallState>(first.CorrelationId));

        await Assert.ThrowsAsync<TimeoutException>(() => finding.WaitAsync(TimeSpan.FromMilliseconds(200)));
        close.Set();
        await writing;
        Assert.Null(await finding);
        var second = Install();
        store.Save(second);
        SqliteConnection.ClearAllPools();
        Assert.NotNull(Create().Find<InstallState>(second.CorrelationId));
    }

    [Fact]
    public void A_change_over_another_change_is_refused()
    {
        var store = Create();
        var state = Install();
        store.Save(state);
        var other = store.Find<InstallState>(state.CorrelationId)!;
        state.CurrentState = "Building";
        store.Save(state);

        Assert.Throws<OperationConflictException>(() => store.Save(other));
        Assert.Equal("Building", store.Find<InstallState>(state.CorrelationId)!.CurrentState);
    }

    [Fact]
    public void The_same_operation_twice_is_refused()
    {
        var store = Create();
        var state = Install();
        store.Save(state);

        Assert.Throws<OperationConflictException>(() => store.Save(Install(state.CorrelationId)));
    }

    [Fact]
    public void Steps_are_kept_and_a_step_that_is_done_again_replaces_the_first()
    {
        var store = Create();
        var state = Install();
        state.NewSteps.Add(Step("downloading", "first"));
        store.Save(state);
        state.NewSteps.Add(Step("downloading", "second"));
        state.NewSteps.Add(Step("extracting", ""));
        store.Save(state);

        Assert.Empty(state.NewSteps);
        Assert.Equal(["downloading|second", "extracting|"], Query("SELECT name || '|' || output FROM operation_steps ORDER BY rowid"));
    }

    [Fact]
    public void Ended_operations_are_pruned_by_age_and_count_with_their_steps()
    {
        var store = Create(keepCount: 2);
        var running = Install();
        store.Save(running);
        var old = Finished();
        old.NewSteps.Add(Step("downloading", ""));
        store.Save(old);
        _time.Advance(TimeSpan.FromDays(91));
        var recent = Enumerable.Range(0, 3).Select(_ => Finished()).ToList();
        foreach (var state in recent)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            state.FinishedAt = _time.GetUtcNow();
            store.Save(state);
        }

        Assert.Null(store.Find<InstallState>(old.CorrelationId));
        Assert.Null(store.Find<InstallState>(recent[0].CorrelationId));
        Assert.NotNull(store.Find<InstallState>(recent[1].CorrelationId));
        Assert.NotNull(store.Find<InstallState>(recent[2].CorrelationId));
        Assert.NotNull(store.Find<InstallState>(running.CorrelationId));
        Assert.Empty(Query("SELECT name FROM operation_steps"));
    }

    [Fact]
    public void A_database_of_the_first_version_is_brought_to_this_one_with_its_operations()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Database)!);
        var uuid = Guid.NewGuid();
        Query($$"""
            CREATE TABLE operations (
                uuid TEXT PRIMARY KEY, action TEXT NOT NULL, state TEXT NOT NULL, version INTEGER NOT NULL, namespace TEXT, name TEXT,
                created_at TEXT NOT NULL, finished_at TEXT, data TEXT NOT NULL);
            CREATE TABLE operation_steps (
                uuid TEXT NOT NULL, name TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT NOT NULL, output TEXT NOT NULL,
                PRIMARY KEY (uuid, name));
            INSERT INTO operations VALUES ('{{uuid}}', 'install', 'Fetching', 1, 'a', 'b', '2026', NULL, '{"CorrelationId": "{{uuid}}", "Method": "git", "Options": {} }');
            PRAGMA user_version = 1;
            """);

        var state = Create().Find<InstallState>(uuid)!;
        state.Parent = new OperationParent(Guid.NewGuid(), ["a/b"]);
        Create().Save(state);

        Assert.Equal(2, Create().Find<InstallState>(uuid)!.Version);
    }

    [Fact]
    public void Preparing_twice_changes_nothing()
    {
        var store = Create();
        var state = Install();
        store.Save(state);

        store.Prepare();

        Assert.NotNull(store.Find<InstallState>(state.CorrelationId));
    }

    private string Database => Path.Join(_directory, "below", "operations.db");

    private InstallState Long()
    {
        var state = Install();
        state.Error = new OperationError("x-error", "X Error", JsonSerializer.SerializeToElement(new { output = new string('x', 50_000) }));
        return state;
    }

    // As a disk does it: the file's length and header stay.
    private void Damage(string what, bool checkpoint = true)
    {
        if (checkpoint)
            Query("PRAGMA wal_checkpoint(TRUNCATE)");
        SqliteConnection.ClearAllPools();
        var bytes = File.ReadAllBytes(Database);
        if (what == "what is long")
        {
            var text = bytes.AsSpan().IndexOf(Enumerable.Repeat((byte)'x', 4000).ToArray());
            bytes.AsSpan(text, 4000).Fill((byte)'"');
        }
        else
        {
            bytes.AsSpan(4096).Fill(0xA5);
        }

        File.WriteAllBytes(Database, bytes);
    }

    private static StepReport Step(string name, string output) => new(name, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, output);

    private InstallState Install(Guid? uuid = null) =>
        new() { CorrelationId = uuid ?? Guid.NewGuid(), CurrentState = "Fetching", CreatedAt = _time.GetUtcNow() };

    private InstallState Finished()
    {
        var state = Install();
        state.FinishedAt = _time.GetUtcNow();
        return state;
    }

    private PlugindConfiguration Configuration(int keepCount = 100) =>
        new() { Operations = new OperationsConfiguration { Database = Database, KeepCount = keepCount } };

    private OperationStore Create(int keepCount = 100)
    {
        var store = new OperationStore(Configuration(keepCount), _time, NullLogger<OperationStore>.Instance);
        store.Prepare();
        return store;
    }

    private List<string> Query(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database}");
        return [.. connection.Query<string>(sql)];
    }
}

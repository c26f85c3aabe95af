using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Worker.Sagas;
using WazoPlugind.Worker.Steps;
using WazoPlugind.Worker.Steps.Build;

namespace WazoPlugind.Worker.Tests.Steps;

public sealed class StepJournalTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("plugind-journal-").FullName;
    private readonly Guid _operation = Guid.NewGuid();

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task OpenAsync_waits_until_the_other_one_is_done()
    {
        var first = await Create().OpenAsync(_operation, "FetchPlugin", default);
        var second = Create().OpenAsync(_operation, "BuildPlugin", default);
        using (await Create().OpenAsync(Guid.NewGuid(), "FetchPlugin", default))
            Assert.False(second.IsCompleted);

        first.Dispose();

        (await second.WaitAsync(TimeSpan.FromSeconds(30))).Dispose();
    }

    [Fact]
    public async Task OpenAsync_stops_waiting_when_it_is_cancelled()
    {
        using var first = await Create().OpenAsync(_operation, "FetchPlugin", default);
        using var stop = new CancellationTokenSource();
        var second = Create().OpenAsync(_operation, "FetchPlugin", stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }

    [Fact]
    public async Task What_was_reported_is_found_by_the_same_message_only()
    {
        using (var entry = await Create().OpenAsync(_operation, "FetchPlugin", default))
        {
            Assert.Null(entry.Find());
            entry.Write(Fetched("https://example.org/a"));
        }

        using (var again = await Create().OpenAsync(_operation, "FetchPlugin", default))
            Assert.Equal("abc", ((PluginFetched)again.Find()!).Commit);
        using var other = await Create().OpenAsync(_operation, "BuildPlugin", default);
        Assert.Null(other.Find());
    }

    [Fact]
    public async Task A_message_that_was_answered_does_not_wait_for_the_next_step()
    {
        using (var entry = await Create().OpenAsync(_operation, "FetchPlugin", default))
            entry.Write(Fetched("https://example.org/a"));
        using var next = await Create().OpenAsync(_operation, "BuildPlugin", default);

        using var again = await Create().OpenAsync(_operation, "FetchPlugin", default).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.NotNull(again.Find());
    }

    [Fact]
    public async Task Credentials_are_not_written_down()
    {
        using var entry = await Create().OpenAsync(_operation, "FetchPlugin", default);
        entry.Write(Fetched("https://me:secret@example.org/a"));

        Assert.Null(entry.Find());
    }

    [Fact]
    public async Task Without_a_shared_directory_nothing_is_left()
    {
        using (var entry = await Create(WorkerConfiguration.ByMessage).OpenAsync(_operation, "FetchPlugin", default))
        {
            entry.Write(Fetched("https://example.org/a"));
            Assert.Null(entry.Find());
        }

        Assert.Empty(Directory.GetFileSystemEntries(_directory));
    }

    [Fact]
    public async Task What_the_next_turn_makes_is_not_deleted_with_the_one_before()
    {
        var workspace = Workspaces(WorkerConfiguration.ByMessage).Of(_operation);
        var entry = await Create(WorkerConfiguration.ByMessage).OpenAsync(_operation, "FetchPlugin", default);
        Directory.CreateDirectory(workspace.Tree);
        for (var number = 0; number < 2000; number++)
            File.WriteAllText(Path.Join(workspace.Tree, $"{number}"), "");

        var end = Task.Run(entry.Dispose);
        IDisposable? next;
        while ((next = StepJournal.TryTakeTurn(workspace)) is null)
            await Task.Yield();

        using (next)
        {
            Directory.CreateDirectory(workspace.Tree);
            await end;
            Assert.True(Directory.Exists(workspace.Tree));
        }
    }

    private PluginFetched Fetched(string url) => new()
    {
        Uuid = _operation,
        Source = new InstallOptions { Url = url },
        Commit = "abc",
        Plugin = new PluginIdentity("a", "b", "1.0"),
        Depends = [],
        Steps = [],
    };

    private StepJournal Create(string transfer = WorkerConfiguration.ByDirectory) =>
        new(Workspaces(transfer), new OperationStore(Configuration(transfer), TimeProvider.System, NullLogger<OperationStore>.Instance));

    private WorkspaceFactory Workspaces(string transfer) => new(Configuration(transfer), NullLogger<WorkspaceFactory>.Instance);

    private PlugindConfiguration Configuration(string transfer) => new()
    {
        ExtractDir = _directory,
        DownloadDir = Path.Join(_directory, "downloads"),
        Worker = new WorkerConfiguration { PackageTransfer = transfer },
        Operations = new OperationsConfiguration { Database = Path.Join(_directory, "none.db") },
    };
}

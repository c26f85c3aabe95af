using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using WazoPlugind.Harness;
using WazoPlugind.Operations;
using WazoPlugind.Operations.Outbox;
using WazoPlugind.Operations.Schema;
using WazoPlugind.Operations.Secrets;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Worker.Outbox;
using WazoPlugind.Worker.Sagas;

namespace WazoPlugind.Worker.Tests.Sagas;

/// <summary>A test with the orchestrator's database, and with what changes it.</summary>
public abstract class OrchestratorTest : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private readonly OperationDatabase _database;

    protected OrchestratorTest()
    {
        Configuration = new PlugindConfiguration
        {
            Operations = new OperationsConfiguration { Database = Path.Join(_directory.Path, "operations.db"), KeepDays = 30, KeepCount = 3 },
        };
        _database = new OperationDatabase(Configuration.Operations.DatabaseFiles(), Time, NullLogger.Instance);
        _database.Prepare();
        Writer = new OperationWriter(_database);
        Secrets = new OperationSecrets(Configuration.Operations.Database);
        States = new OperationStates(Configuration, Messages, Secrets, Time, NullLogger<OperationStates>.Instance);
    }

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    protected PlugindConfiguration Configuration { get; }

    protected OperationWriter Writer { get; }

    private protected OutboxMessages Messages { get; } = new();

    private protected OperationSecrets Secrets { get; }

    private protected OperationStates States { get; }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await Writer.DisposeAsync();
        _database.Dispose();
        SqliteConnection.ClearAllPools();
        _directory.Dispose();
    }

    protected OperationQueries Queries() => new(Configuration.Operations.Database, NullLogger<OperationQueries>.Instance);

    protected async Task<IReadOnlyList<OutboxMessage>> OutboxAsync()
    {
        IReadOnlyList<OutboxMessage> stored = [];
        await Writer.WriteAsync(transaction => stored = transaction.Outbox());
        return stored;
    }

    protected async Task<int> CountAsync(string table)
    {
        IReadOnlyList<int> counts = [];
        await Writer.WriteAsync(transaction => counts = transaction.Query<int>($"SELECT COUNT(*) FROM {table}"));
        return counts[0];
    }
}

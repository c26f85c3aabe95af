using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using WazoPlugind.Operations.Outbox;
using WazoPlugind.Operations.Schema;

namespace WazoPlugind.Operations.Tests;

/// <summary>A database of a test's own, and its writer.</summary>
public abstract class OperationsTest : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("plugind-operations-").FullName;

    protected OperationsTest()
    {
        Database = new OperationDatabase([Path, Path + "-wal", Path + "-shm"], TimeProvider.System, NullLogger.Instance);
        Database.Prepare();
        Writer = new OperationWriter(Database);
    }

    protected string Path => System.IO.Path.Join(_directory, "operations.db");

    protected OperationDatabase Database { get; }

    protected OperationWriter Writer { get; }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await Writer.DisposeAsync();
        Database.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }

    protected static OutboxMessage Message(Guid operation, string destination = "queue", string requester = "") => new()
    {
        Operation = operation,
        Id = Guid.NewGuid(),
        Destination = destination,
        Type = "type",
        Body = "{}",
        Requester = requester,
    };

    protected async Task<IReadOnlyList<OutboxMessage>> StoredAsync()
    {
        IReadOnlyList<OutboxMessage> stored = [];
        await Writer.WriteAsync(transaction => stored = transaction.Outbox());
        return stored;
    }
}

using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Worker.Events;
using WazoPlugind.Worker.Sagas;
using WazoPlugind.Worker.Sagas.Install;
using WazoPlugind.Worker.Steps.Build;

namespace WazoPlugind.Worker.Tests.Sagas;

public sealed class AbandonedOperationsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("plugind-abandoned-").FullName;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Their_end_is_told_though_the_history_is_damaged_meanwhile()
    {
        var configuration = new PlugindConfiguration
        {
            Bus = new BusConfiguration { Transport = BusSetup.InMemory },
            Operations = new OperationsConfiguration { Database = Path.Join(_directory, "operations.db") },
            DownloadDir = _directory,
            ExtractDir = _directory,
        };
        using var store = new OperationStore(configuration, TimeProvider.System, NullLogger<OperationStore>.Instance);
        store.Prepare();
        foreach (var _ in (int[])[1, 2])
            store.Save(new InstallState { CorrelationId = Guid.NewGuid(), CurrentState = "Fetching", CreatedAt = TimeProvider.System.GetUtcNow() });
        var events = new Damaging(configuration.Operations.Database);

        await new AbandonedOperations(
            configuration,
            store,
            new OperationEvents(events, configuration, TimeProvider.System),
            new WorkspaceFactory(configuration, NullLogger<WorkspaceFactory>.Instance),
            TimeProvider.System,
            NullLogger<AbandonedOperations>.Instance).EndAsync();

        Assert.Equal(2, events.Count);
        Assert.Empty(store.Unfinished());
    }

    /// <summary>Damages the history with the first event.</summary>
    private sealed class Damaging(string database) : IWazoEventPublisher
    {
        public int Count { get; private set; }

        public async Task PublishAsync(WazoEvent wazoEvent, CancellationToken cancellationToken)
        {
            if (Count++ > 0)
                return;
            SqliteConnection.ClearAllPools();
            await File.WriteAllTextAsync(database, new string('x', 10_000), cancellationToken);
        }
    }
}

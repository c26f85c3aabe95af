using Microsoft.Data.Sqlite;
using WazoPlugind.Operations.Changes;

namespace WazoPlugind.Operations.Tests.Changes;

public sealed class OperationChangesTests : OperationsTest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_change_is_told_when_it_can_be_read()
    {
        using var changes = new OperationChanges(Path);
        using var watch = changes.Watch();

        for (var number = 1; number <= 20; number++)
        {
            var next = watch.NextAsync(CancellationToken.None);
            await Writer.WriteAsync(transaction => transaction.Execute("INSERT INTO withdrawn VALUES (@uuid, '')", new { uuid = Guid.NewGuid().ToString() }));
            await next.WaitAsync(Patience);
            // Another one may have been told twice.
            while (Count() < number)
                await watch.NextAsync(CancellationToken.None).WaitAsync(Patience);
        }
    }

    [Fact]
    public async Task A_change_between_two_looks_is_not_missed()
    {
        using var changes = new OperationChanges(Path);
        using var watch = changes.Watch();
        await Writer.WriteAsync(transaction => transaction.Execute("INSERT INTO withdrawn VALUES ('one', '')"));

        await watch.NextAsync(CancellationToken.None).WaitAsync(Patience);
    }

    [Fact]
    public async Task Where_no_worker_has_run_it_is_looked_again_until_one_has()
    {
        var directory = Path + ".none";
        using var changes = new OperationChanges(System.IO.Path.Join(directory, "operations.db"));
        using var watch = changes.Watch();

        await watch.NextAsync(CancellationToken.None).WaitAsync(Patience);

        using var stop = new CancellationTokenSource();
        var next = watch.NextAsync(stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    private int Count()
    {
        using var connection = new SqliteConnection($"Data Source={Path};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT COUNT(*) FROM withdrawn";
        return Convert.ToInt32(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }
}

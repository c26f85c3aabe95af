using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using WazoPlugind.Messages;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Worker.Sagas;
using WazoPlugind.Worker.Sagas.Install;

namespace WazoPlugind.Worker.Tests.Sagas;

public sealed class PluginTurnsTests : IDisposable
{
    private static readonly PluginReference A = new("test", "a");
    private static readonly PluginReference B = new("test", "b");

    private readonly string _directory = Directory.CreateTempSubdirectory("plugind-turns-").FullName;
    private readonly OperationStore _store;
    private readonly PluginTurns _turns;
    private readonly Guid _first = Guid.NewGuid();
    private readonly Guid _second = Guid.NewGuid();
    private readonly Guid _third = Guid.NewGuid();

    public PluginTurnsTests()
    {
        var operations = new OperationsConfiguration { Database = Path.Join(_directory, "operations.db") };
        _store = new OperationStore(new PlugindConfiguration { Operations = operations }, TimeProvider.System, NullLogger<OperationStore>.Instance);
        _store.Prepare();
        _turns = new PluginTurns(_store);
    }

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void The_first_has_the_turn_and_the_others_wait_for_it()
    {
        Assert.Null(_turns.Take(A, _first, null));
        Assert.Equal(_first, _turns.Take(A, _second, null));
        Assert.Equal(_first, _turns.Take(A, _third, null));
        Assert.Null(_turns.Take(B, _third, null));
        // Again, as after a restart.
        Assert.Null(_turns.Take(A, _first, null));
        Assert.Equal(_first, _turns.Take(A, _second, null));
    }

    [Fact]
    public void The_turn_is_passed_on_in_order_and_may_be_passed_on_twice()
    {
        _turns.Take(A, _first, null);
        _turns.Take(A, _second, null);
        _turns.Take(A, _third, null);

        Assert.Equal([_second], _turns.Pass(_first));
        Assert.Equal([_second], _turns.Pass(_first));
        Assert.Null(_turns.Take(A, _second, null));
        // Its end is worked on again: it does not stand in line once more.
        Assert.Null(_turns.Take(A, _first, null));
        End(_first);

        Assert.Equal([_third], _turns.Pass(_second));
        End(_second);
        Assert.Null(_turns.Take(A, _third, null));
        Assert.Empty(_turns.Pass(_third));
    }

    [Fact]
    public void One_that_waits_is_not_stored_as_waiting_when_its_turn_came_in_between()
    {
        _turns.Take(A, _first, null);
        var waiting = new InstallState { CorrelationId = _second, CurrentState = "Waiting", WaitsFor = _turns.Take(A, _second, null) };
        _turns.Pass(_first);

        Assert.Throws<OperationConflictException>(() => _store.Save(waiting));
    }

    [Fact]
    public void Two_that_need_each_others_plugin_do_not_wait_for_ever()
    {
        var (childOfFirst, childOfSecond) = (Guid.NewGuid(), Guid.NewGuid());
        _turns.Take(A, _first, null);
        _turns.Take(B, _second, null);

        Assert.Equal(_second, _turns.Take(B, childOfFirst, _first));
        Assert.Throws<PluginDeadlockException>(() => _turns.Take(A, childOfSecond, _second));
    }

    [Fact]
    public void A_longer_knot_is_found_too()
    {
        var c = new PluginReference("test", "c");
        var children = Enumerable.Range(0, 3).Select(_ => Guid.NewGuid()).ToList();
        _turns.Take(A, _first, null);
        _turns.Take(B, _second, null);
        _turns.Take(c, _third, null);

        Assert.Equal(_second, _turns.Take(B, children[0], _first));
        Assert.Equal(_third, _turns.Take(c, children[1], _second));
        Assert.Throws<PluginDeadlockException>(() => _turns.Take(A, children[2], _third));
    }

    private void End(Guid operation) => _store.Save(new InstallState
    {
        CorrelationId = operation,
        CurrentState = "Completed",
        FinishedAt = DateTimeOffset.UnixEpoch.AddYears(100),
    });
}

using Microsoft.Extensions.Logging.Abstractions;
using WazoPlugind.Operations.Events;
using WazoPlugind.Operations.Records;

namespace WazoPlugind.Operations.Tests.Events;

public sealed class OperationEventsTests : OperationsTest
{
    private const int Limit = 800;

    private static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    private readonly Guid _operation = Guid.NewGuid();
    private readonly Guid _run = Guid.NewGuid();

    private OperationEventQueries Events => new(Path, NullLogger<OperationEventQueries>.Instance);

    [Fact]
    public async Task What_happens_is_read_in_the_order_in_which_it_was_stored()
    {
        await StoreAsync(events => events.AddStep("building", Now));
        await StoreAsync(events => events.AddOutput("building", Output(_run, 1, "one", "two"), Limit));
        await StoreAsync(events => events.AddEnd("completed", Now, error: null));

        var found = Events.After(0, long.MaxValue, _operation, 10);
        Assert.Equal([OperationEventKind.Step, OperationEventKind.Output, OperationEventKind.End], found.Select(happened => happened.Kind));
        Assert.Equal($$"""{"uuid":"{{_operation}}","step":"building","started_at":"2026-11-27T12:00:00.0000000Z"}""", found[0].Body);
        Assert.Equal(["one", "two"], found[1].ReadLines().Select(line => line.Text));
        Assert.Equal(found.Skip(2), Events.After(found[1].Position, long.MaxValue, operation: null, 10));
        Assert.Equal((found[2].Position, 0), Events.Positions());
        Assert.Empty(Events.After(0, long.MaxValue, Guid.NewGuid(), 10));
    }

    [Fact]
    public async Task Lines_that_come_twice_are_stored_once()
    {
        await StoreAsync(events => events.AddOutput("building", Output(_run, 1, "one", "two"), Limit));
        await StoreAsync(events => events.AddOutput("building", Output(_run, 2, "two", "three"), Limit));
        await StoreAsync(events => events.AddOutput("building", Output(_run, 1, "one"), Limit));

        Assert.Equal([(1, 1, "one two"), (1, 3, "three")], Stored("building"));
    }

    [Fact]
    public async Task A_step_that_runs_again_writes_anew()
    {
        await StoreAsync(events => events.AddOutput("building", Output(_run, 1, "one"), Limit));
        await StoreAsync(events => events.AddOutput("building", Output(Guid.NewGuid(), 1, "one"), Limit));
        await StoreAsync(events => events.AddOutput("packaging", Output(_run, 1, "other"), Limit));

        Assert.Equal([(1, 1, "one"), (2, 1, "one")], Stored("building"));
        Assert.Equal([(1, 1, "other")], Stored("packaging"));
    }

    [Fact]
    public async Task The_end_of_what_a_step_writes_is_kept()
    {
        var lines = Enumerable.Range(1, 1000).Select(number => $"line {number}").ToArray();
        await StoreAsync(events => events.AddOutput("building", Output(_run, 1, lines[..600]), Limit));
        await StoreAsync(events => events.AddOutput("building", Output(_run, 601, lines[600..]), Limit));

        var kept = Events.Output(_operation, "building");
        var text = kept.SelectMany(part => part.ReadLines()).Select(line => line.Text).ToList();
        Assert.Equal(lines[^text.Count..], text);
        Assert.InRange(text.Sum(line => line.Length + 1), Limit * 3 / 4, Limit);
        Assert.Equal($"line {kept[0].FirstLine}", text[0]);
        // What comes after knows that something was there.
        Assert.All(kept, part => Assert.True(part.Previous > 0));
    }

    [Fact]
    public async Task What_happened_goes_with_its_operation_and_that_is_known()
    {
        await StoreAsync(events => events.AddStep("building", Now));
        await StoreAsync(events => events.AddOutput("building", Output(_run, 1, "one"), Limit));
        var (last, _) = Events.Positions();

        await Writer.WriteAsync(transaction => transaction.Execute("DELETE FROM operations"));

        Assert.Empty(Events.After(0, long.MaxValue, operation: null, 10));
        Assert.Equal((last, last), Events.Positions());
    }

    private static StepOutput Output(Guid run, int first, params string[] lines) => new(run, first, [.. lines.Select(line => new PrintedLine(Now, line))]);

    private IEnumerable<(int Run, int First, string Text)> Stored(string step) =>
        Events.Output(_operation, step).Select(part => (part.Run, part.FirstLine, string.Join(' ', part.ReadLines().Select(line => line.Text))));

    private Task StoreAsync(Action<OperationEvents> store) => Writer.WriteAsync(transaction =>
    {
        transaction.Execute(
            "INSERT OR IGNORE INTO operations (uuid, kind, action, status, created_at, data) VALUES (@uuid, 'install', 'install', 'running', '', '{}')",
            new { uuid = _operation.ToString() });
        store(new OperationEvents(transaction, _operation, isPlan: false));
    });
}

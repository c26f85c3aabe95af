using WazoPlugind.Operations.Outbox;

namespace WazoPlugind.Operations.Tests.Outbox;

public sealed class OperationWriterTests : OperationsTest
{
    private static readonly AsyncLocal<string?> Scope = new();

    [Fact]
    public async Task A_change_that_fails_changes_nothing_and_costs_its_neighbours_nothing()
    {
        using var gate = new ManualResetEventSlim();
        // So that the others wait together.
        var first = Writer.WriteAsync(_ => gate.Wait());
        var (good, bad, other) = (Message(Guid.NewGuid()), Message(Guid.NewGuid()), Message(Guid.NewGuid()));
        var one = Writer.WriteAsync(transaction => transaction.Send(good));
        var failing = Writer.WriteAsync(transaction =>
        {
            transaction.Send(bad);
            throw new InvalidOperationException("no");
        });
        var two = Writer.WriteAsync(transaction => transaction.Send(other));
        gate.Set();

        await Task.WhenAll(first, one, two);
        await Assert.ThrowsAsync<InvalidOperationException>(() => failing);

        Assert.Equal([good.Id, other.Id], (await StoredAsync()).Select(message => message.Id));
    }

    [Fact]
    public async Task What_is_to_be_sent_is_told_after_it_is_stored_and_before_the_caller_goes_on()
    {
        List<Guid> told = [];
        var before = Message(Guid.NewGuid());
        Writer.Stored = changes => told.AddRange(changes.Added.Select(message => message.Id));

        await Writer.WriteAsync(transaction => transaction.Send(before));

        Assert.Equal([before.Id], told);
    }

    [Fact]
    public async Task A_message_is_taken_once_and_answers_what_was_sent()
    {
        var (operation, sent) = (Guid.NewGuid(), Message(Guid.NewGuid()));
        List<Guid> answered = [];
        Writer.Stored = changes => answered.AddRange(changes.Answered);
        await Writer.WriteAsync(transaction => transaction.Send(sent));
        List<bool> taken = [];

        await Writer.WriteAsync(transaction => taken.Add(transaction.TryTake(operation, sent.Id)));
        await Writer.WriteAsync(transaction => taken.Add(transaction.TryTake(operation, sent.Id)));

        Assert.Equal([true, false], taken);
        Assert.Equal([sent.Id], answered);
        Assert.Empty(await StoredAsync());
    }

    [Fact]
    public async Task A_confirmed_event_is_gone_and_a_confirmed_message_stays_until_its_answer()
    {
        var (message, happened) = (Message(Guid.NewGuid()), Message(Guid.NewGuid(), OutboxMessage.Events));
        await Writer.WriteAsync(transaction =>
        {
            transaction.Send(message);
            transaction.Send(happened);
        });
        var stored = await StoredAsync();

        await Writer.WriteSoonAsync(transaction =>
        {
            foreach (var sent in stored)
                transaction.Confirm(sent, DateTimeOffset.UnixEpoch);
        });

        Assert.Equal([(message.Id, true)], (await StoredAsync()).Select(left => (left.Id, left.IsSent)));
    }

    [Fact]
    public async Task The_end_of_an_operation_leaves_nothing_of_its_work_but_what_is_to_be_announced()
    {
        var (operation, other) = (Guid.NewGuid(), Message(Guid.NewGuid()));
        var happened = Message(operation, OutboxMessage.Events);
        await Writer.WriteAsync(transaction =>
        {
            transaction.Send(happened);
            transaction.Send(Message(operation));
            transaction.Send(other);
            transaction.TryTake(operation, Guid.NewGuid());
        });

        await Writer.WriteAsync(transaction => transaction.End(operation));

        Assert.Equal([happened.Id, other.Id], (await StoredAsync()).Select(message => message.Id));
        IReadOnlyList<int> taken = [];
        await Writer.WriteAsync(transaction => taken = transaction.Query<int>("SELECT COUNT(*) FROM inbox"));
        Assert.Equal([0], taken);
    }

    [Fact]
    public async Task A_change_is_made_in_the_scope_of_who_asks_for_it()
    {
        List<string?> seen = [];
        await Task.WhenAll(((string[])["one", "two"]).Select(async name =>
        {
            Scope.Value = name;
            await Writer.WriteAsync(_ => seen.Add(Scope.Value));
        }));

        Assert.Equal(["one", "two"], seen.Order());
    }
}

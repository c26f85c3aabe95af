using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using WazoPlugind.Harness;
using WazoPlugind.Operations.Outbox;

namespace WazoPlugind.Operations.Tests.Outbox;

public sealed class OutboxDispatcherTests : OperationsTest
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly Transport _transport = new();

    [Fact]
    public async Task What_one_operation_sends_keeps_its_order_whatever_fails()
    {
        await using var dispatcher = await StartAsync();
        _transport.Fails = 3;
        var operation = Guid.NewGuid();
        var messages = Enumerable.Range(0, 20).Select(index => Message(operation, index % 3 == 0 ? OutboxMessage.Events : "operations")).ToList();

        await Writer.WriteAsync(transaction => messages.ForEach(transaction.Send));

        await UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return _transport.Sent.Count == messages.Count;
        });
        Assert.Equal(messages.Select(message => message.Id), _transport.Sent.Select(message => message.Id));
    }

    [Fact]
    public async Task One_requester_leaves_room_for_another()
    {
        await using var dispatcher = await StartAsync();
        await Writer.WriteAsync(transaction =>
        {
            for (var index = 0; index < 100; index++)
                transaction.Send(Message(Guid.NewGuid(), "queue", "greedy"));
        });
        await UntilAsync(() => _transport.Sent.Count == QueueShare.UsualPlaces * 3 / 4);

        var other = Message(Guid.NewGuid(), "queue", "other");
        await Writer.WriteAsync(transaction => transaction.Send(other));

        await UntilAsync(() => _transport.Sent.Any(message => message.Id == other.Id));
        Assert.Equal((QueueShare.UsualPlaces * 3 / 4) + 1, _transport.Sent.Count);
    }

    [Fact]
    public async Task An_answer_makes_room_for_the_next_and_more_workers_for_more()
    {
        await using var dispatcher = await StartAsync();
        await Writer.WriteAsync(transaction =>
        {
            for (var index = 0; index < 100; index++)
                transaction.Send(Message(Guid.NewGuid(), "queue", "greedy"));
        });
        await UntilAsync(() => _transport.Sent.Count == QueueShare.UsualPlaces * 3 / 4);
        var first = _transport.Sent.First();

        await Writer.WriteAsync(transaction => transaction.Answer(first.Id));
        await UntilAsync(() => _transport.Sent.Count == (QueueShare.UsualPlaces * 3 / 4) + 1);
        dispatcher.Value.NoteWorker("queue", "one", 12);
        dispatcher.Value.NoteWorker("queue", "two", 12);
        await UntilAsync(() => _transport.Sent.Count == 1 + 18);
    }

    [Fact]
    public async Task What_is_to_wait_is_sent_when_it_is_time_and_not_at_all_when_its_operation_has_ended()
    {
        await using var dispatcher = await StartAsync();
        var (later, never) = (
            Message(Guid.NewGuid()) with { NotBefore = DateTimeOffset.UnixEpoch.AddSeconds(30) },
            Message(Guid.NewGuid()) with { NotBefore = DateTimeOffset.UnixEpoch.AddSeconds(30) });
        var end = Message(never.Operation, OutboxMessage.Events);
        await Writer.WriteAsync(transaction =>
        {
            transaction.Send(later);
            transaction.Send(never);
        });

        await Writer.WriteAsync(transaction =>
        {
            transaction.End(never.Operation);
            transaction.Send(end);
        });
        await UntilAsync(() => _transport.Sent.Any(message => message.Id == end.Id));
        Assert.Single(_transport.Sent);
        await UntilAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            return _transport.Sent.Count == 2;
        });

        Assert.Equal(later.Id, _transport.Sent.Last().Id);
        Assert.True(_time.GetUtcNow() >= later.NotBefore);
    }

    [Fact]
    public async Task After_a_restart_what_was_not_sent_is_and_what_was_is_awaited()
    {
        var (sent, unsent) = (Message(Guid.NewGuid()), Message(Guid.NewGuid()));
        await Writer.WriteAsync(transaction =>
        {
            transaction.Send(sent);
            transaction.Send(unsent);
        });
        var stored = await StoredAsync();
        await Writer.WriteAsync(transaction => transaction.Confirm(stored[0], DateTimeOffset.UnixEpoch));

        await using var dispatcher = await StartAsync();

        await UntilAsync(() => _transport.Sent.Any(message => message.Id == unsent.Id));
        Assert.Single(_transport.Sent);
        Assert.Contains(sent.Id, (await dispatcher.Value.UnansweredAsync(TimeSpan.Zero)).Select(message => message.Id));
    }

    [Fact]
    public async Task What_is_lost_is_sent_again_with_the_same_id_unless_it_was_answered()
    {
        await using var dispatcher = await StartAsync();
        var (lost, answered) = (Message(Guid.NewGuid()), Message(Guid.NewGuid()));
        await Writer.WriteAsync(transaction =>
        {
            transaction.Send(lost);
            transaction.Send(answered);
        });
        await UntilAsync(() => _transport.Sent.Count == 2);
        await Writer.WriteAsync(transaction => transaction.Answer(answered.Id));

        dispatcher.Value.SendAgain([lost.Id, answered.Id]);

        await UntilAsync(() => _transport.Sent.Count == 3);
        Assert.Equal(lost.Id, _transport.Sent.Last().Id);
    }

    private static Task UntilAsync(Func<bool> condition) => Wait.UntilAsync(() => Task.FromResult(condition()), "the messages are sent");

    private async Task<Running> StartAsync()
    {
        var dispatcher = new OutboxDispatcher(Writer, _transport, ["queue"], _time, NullLogger<OutboxDispatcher>.Instance);
        var stored = await StoredAsync();
        Writer.Stored = dispatcher.Take;
        var stopping = new CancellationTokenSource();
        return new Running(dispatcher, dispatcher.RunAsync(stored, stopping.Token), stopping);
    }

    private sealed record Running(OutboxDispatcher Value, Task Run, CancellationTokenSource Stopping) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Stopping.CancelAsync();
            await Run;
            Stopping.Dispose();
        }
    }

    private sealed class Transport : IOutboxTransport
    {
        public ConcurrentQueue<OutboxMessage> Sent { get; } = new();

        public int Fails { get; set; }

        public async Task SendAsync(OutboxMessage message, CancellationToken cancellationToken)
        {
            await Task.Yield();
            if (Fails-- > 0)
                throw new IOException("away");
            Sent.Enqueue(message);
        }
    }
}

using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace WazoPlugind.Operations.Outbox;

/// <summary>
/// Sends what is in the outbox: what one operation sends in its order, each confirmed before the next. Nothing is polled: it is told
/// what is stored, and what is answered. All of its state belongs to one loop.
/// </summary>
/// <param name="writer">Stores what was sent.</param>
/// <param name="transport">Sends.</param>
/// <param name="shared">The queues that requesters share.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told what cannot be sent.</param>
public sealed partial class OutboxDispatcher(
    OperationWriter writer, IOutboxTransport transport, IEnumerable<string> shared, TimeProvider time, ILogger<OutboxDispatcher> logger)
{
    private const int MostAtOnce = 32;

    private readonly Channel<Action> _signals = Channel.CreateUnbounded<Action>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<Guid, OutboxLine> _lines = [];
    private readonly Dictionary<Guid, OutboxLine> _unsent = [];
    private readonly Dictionary<Guid, (OutboxMessage Message, long Since)> _outstanding = [];
    private readonly HashSet<Guid> _answered = [];
    private readonly Dictionary<string, QueueShare> _shares = shared.ToDictionary(queue => queue, _ => new QueueShare(time));
    private readonly Dictionary<string, DestinationPause> _pauses = [];
    private readonly Queue<OfferedLine> _ready = new();
    private readonly PriorityQueue<OutboxLine, DateTimeOffset> _later = new();
    private Task<bool>? _signal;
    private int _sending;
    private CancellationToken _stopping;

    /// <summary>Sends until it is told to stop.</summary>
    /// <param name="stored">What was stored before.</param>
    /// <param name="stoppingToken">Tells it to stop.</param>
    public async Task RunAsync(IReadOnlyList<OutboxMessage> stored, CancellationToken stoppingToken)
    {
        _stopping = stoppingToken;
        Note(transaction => transaction.Resume(destination: null));
        foreach (var message in stored)
        {
            if (message.IsSent)
                AwaitAnswer(message, isCounted: false);
            else
                Add(message);
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            Pump();
            await WaitAsync();
            while (_signals.Reader.TryRead(out var signal))
                signal();
        }
    }

    /// <summary>Takes what a transaction has changed.</summary>
    /// <param name="changes">The changes.</param>
    public void Take(OutboxChanges changes) => Signal(() =>
    {
        foreach (var message in changes.Answered)
            Answer(message);
        foreach (var message in changes.Added)
            Add(message);
    });

    /// <summary>A worker of a queue has been heard of.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="worker">The worker's name.</param>
    /// <param name="places">How many messages it takes at a time.</param>
    public void NoteWorker(string queue, string worker, int places) => Signal(() => _shares.GetValueOrDefault(queue)?.Note(worker, places));

    /// <summary>The messages that were sent, and have had no answer for some time.</summary>
    /// <param name="age">For how long.</param>
    public Task<IReadOnlyList<OutboxMessage>> UnansweredAsync(TimeSpan age)
    {
        var answer = new TaskCompletionSource<IReadOnlyList<OutboxMessage>>(TaskCreationOptions.RunContinuationsAsynchronously);
        Signal(() => answer.SetResult(
            [.. _outstanding.Values.Where(sent => time.GetElapsedTime(sent.Since) >= age).Select(sent => sent.Message)]));
        return answer.Task.WaitAsync(_stopping);
    }

    /// <summary>Sends messages again that are lost, if they have not been answered.</summary>
    /// <param name="messages">Their ids.</param>
    public void SendAgain(IReadOnlyCollection<Guid> messages) => Signal(() =>
    {
        foreach (var id in messages)
        {
            if (!_outstanding.Remove(id, out var sent))
                continue;
            _shares.GetValueOrDefault(sent.Message.Destination)?.Release(sent.Message.Requester);
            Add(sent.Message);
        }
    });

    private void Signal(Action signal) => _signals.Writer.TryWrite(signal);

    private async Task WaitAsync()
    {
        try
        {
            var signal = _signal ??= _signals.Reader.WaitToReadAsync(_stopping).AsTask();
            if (!_later.TryPeek(out _, out var due))
            {
                await signal;
                _signal = null;
                return;
            }

            using var woken = CancellationTokenSource.CreateLinkedTokenSource(_stopping);
            var rest = due - time.GetUtcNow();
            await Task.WhenAny(signal, Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, time, woken.Token));
            await woken.CancelAsync();
            if (signal.IsCompleted)
                _signal = null;
        }
        catch (OperationCanceledException)
        {
            // The loop sees that it is to stop.
        }
    }

    private void Add(OutboxMessage message)
    {
        if (!_lines.TryGetValue(message.Operation, out var line))
            _lines[message.Operation] = line = new OutboxLine();
        line.Add(message);
        _unsent[message.Id] = line;
        if (ReferenceEquals(line.Head, message))
            Offer(line);
    }

    private void Answer(Guid id)
    {
        if (_outstanding.Remove(id, out var sent))
        {
            _shares.GetValueOrDefault(sent.Message.Destination)?.Release(sent.Message.Requester);
        }
        else if (_unsent.TryGetValue(id, out var line))
        {
            _answered.Add(id);
            if (!line.IsBusy && line.Head.Id == id)
                Offer(line);
        }
    }

    // What may go now is ready, or waits for its requester's turn.
    private void Offer(OutboxLine line)
    {
        while (!line.IsEmpty && _answered.Remove(line.Head.Id))
            Advance(line);
        line.IsOffered = false;
        if (line.IsEmpty)
            return;
        var head = line.Head;
        var now = time.GetUtcNow();
        var due = _pauses.TryGetValue(head.Destination, out var pause) && pause.Until > (head.NotBefore ?? now) ? pause.Until : head.NotBefore ?? now;
        if (due > now)
        {
            _later.Enqueue(line, due);
            return;
        }

        line.IsOffered = true;
        if (_shares.TryGetValue(head.Destination, out var share))
            share.Wait(new OfferedLine(line, head.Id));
        else
            _ready.Enqueue(new OfferedLine(line, head.Id));
    }

    private void Pump()
    {
        var now = time.GetUtcNow();
        while (_later.TryPeek(out var later, out var due) && due <= now)
        {
            _later.Dequeue();
            // It may have been offered for another reason since.
            if (!later.IsBusy && !later.IsOffered)
                Offer(later);
        }

        while (_sending < MostAtOnce && _ready.TryDequeue(out var ready))
        {
            if (ready.IsCurrent)
                Send(ready.Line);
        }

        foreach (var share in _shares.Values)
        {
            while (_sending < MostAtOnce && share.Next() is { } next)
                Send(next);
        }
    }

    private void Send(OutboxLine line)
    {
        (line.IsBusy, line.IsOffered) = (true, false);
        _sending++;
        _ = SendAsync(line, line.Head);
    }

    private async Task SendAsync(OutboxLine line, OutboxMessage message)
    {
        try
        {
            await transport.SendAsync(message, _stopping);
            Signal(() => Finish(line, message, error: null));
        }
        catch (Exception e)
        {
            Signal(() => Finish(line, message, e));
        }
    }

    private void Finish(OutboxLine line, OutboxMessage message, Exception? error)
    {
        _sending--;
        line.IsBusy = false;
        if (error is null)
        {
            if (_pauses.Remove(message.Destination))
            {
                LogTaken(message.Destination);
                Note(transaction => transaction.Resume(message.Destination));
            }

            if (_answered.Remove(message.Id))
                _shares.GetValueOrDefault(message.Destination)?.Release(message.Requester);
            else if (message.HasAnswer)
                AwaitAnswer(message, isCounted: true);
            Advance(line);
            Confirm(message);
        }
        else
        {
            _shares.GetValueOrDefault(message.Destination)?.Release(message.Requester);
            Pause(message.Destination, error);
        }

        Offer(line);
    }

    private void AwaitAnswer(OutboxMessage message, bool isCounted)
    {
        _outstanding[message.Id] = (message, time.GetTimestamp());
        if (!isCounted)
            _shares.GetValueOrDefault(message.Destination)?.Take(message.Requester);
    }

    private void Advance(OutboxLine line)
    {
        _unsent.Remove(line.Head.Id);
        var operation = line.Head.Operation;
        line.Advance();
        if (line.IsEmpty)
            _lines.Remove(operation);
    }

    // What is not stored is sent once more at the next start.
    private void Confirm(OutboxMessage message) => Note(transaction => transaction.Confirm(message, time.GetUtcNow()));

    private void Note(Action<OperationTransaction> change) => _ = writer.WriteSoonAsync(change).ContinueWith(
        noted => LogNotStored(noted.Exception!.InnerException!.Message), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    private void Pause(string destination, Exception error)
    {
        if (_stopping.IsCancellationRequested)
            return;
        var pause = _pauses.TryGetValue(destination, out var before) ? before.Longer(time.GetUtcNow()) : DestinationPause.First(time.GetUtcNow());
        if (before is null)
        {
            LogRefused(destination, error.Message);
            var now = time.GetUtcNow();
            Note(transaction => transaction.Pause(destination, now, error.Message));
        }

        _pauses[destination] = pause;
    }

    [LoggerMessage(LogLevel.Warning, "What is to be sent to {Destination} is not taken, and is sent again until it is: {Reason}")]
    private partial void LogRefused(string destination, string reason);

    [LoggerMessage(LogLevel.Information, "What is sent to {Destination} is taken again")]
    private partial void LogTaken(string destination);

    [LoggerMessage(LogLevel.Warning, "What became of a message cannot be stored; it is sent again after a restart: {Reason}")]
    private partial void LogNotStored(string reason);
}

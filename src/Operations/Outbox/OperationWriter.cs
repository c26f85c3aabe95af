using System.Threading.Channels;
using Dapper;
using Microsoft.Data.Sqlite;
using WazoPlugind.Operations.Schema;
using WazoPlugind.Processes;

namespace WazoPlugind.Operations.Outbox;

/// <summary>
/// The one writer of the operations: takes the changes that wait, each inside a savepoint of one transaction, and tells what is to be
/// sent once that is on the disk. Changes cannot interleave, and what fails changes nothing.
/// </summary>
public sealed class OperationWriter : IAsyncDisposable
{
    // One of SQLite's result codes (https://www.sqlite.org/rescode.html).
    private const int ConstraintViolated = 19;

    private readonly OperationDatabase _database;
    private readonly Channel<Job> _jobs = Channel.CreateUnbounded<Job>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task _loop;

    /// <summary>Begins to wait for changes.</summary>
    /// <param name="database">What is written.</param>
    public OperationWriter(OperationDatabase database)
    {
        _database = database;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Is told what is to be sent, in the order of the transactions, before those who asked for the changes.</summary>
    public Action<OutboxChanges>? Stored { get; set; }

    /// <summary>Makes a change. On return it is on the disk.</summary>
    /// <param name="change">Makes it; awaits nothing that takes long, as everyone waits for it.</param>
    /// <exception cref="SqliteException">It cannot be written, for example because the disk is full; nothing has changed.</exception>
    public Task WriteAsync(Func<OperationTransaction, Task> change) => Enqueue(change, isDurable: true);

    /// <inheritdoc cref="WriteAsync(Func{OperationTransaction, Task})"/>
    public Task WriteAsync(Action<OperationTransaction> change) => WriteAsync(transaction =>
    {
        change(transaction);
        return Task.CompletedTask;
    });

    /// <summary>Makes a change with the next one, or else without waiting for the disk: it may be lost with the machine's power.</summary>
    /// <param name="change">Makes it.</param>
    public Task WriteSoonAsync(Action<OperationTransaction> change) => Enqueue(
        transaction =>
        {
            change(transaction);
            return Task.CompletedTask;
        },
        isDurable: false);

    /// <summary>Ends once all that was asked for is done.</summary>
    public async ValueTask DisposeAsync()
    {
        _jobs.Writer.TryComplete();
        await _loop;
    }

    private Task Enqueue(Func<OperationTransaction, Task> change, bool isDurable)
    {
        var job = new Job(change, isDurable, ExecutionContext.Capture());
        return _jobs.Writer.TryWrite(job)
            ? job.Done.Task
            : Task.FromException(new OperationCanceledException("the writer of the operations has ended"));
    }

    private async Task RunAsync()
    {
        List<Job> waiting = [];
        while (await _jobs.Reader.WaitToReadAsync())
        {
            while (_jobs.Reader.TryRead(out var job))
                waiting.Add(job);
            Write(waiting);
            waiting.Clear();
        }
    }

    private void Write(List<Job> jobs)
    {
        OutboxChanges changes = new();
        var isDurable = jobs.Exists(job => job.IsDurable);
        try
        {
            _database.Write(
                (connection, transaction) =>
                {
                    changes = new OutboxChanges();
                    foreach (var job in jobs)
                        Run(job, connection, transaction, changes);
                    if (isDurable)
                        FaultPoint.Reach(FaultPoint.SagaSaving);
                },
                isDurable);
            if (isDurable)
                FaultPoint.Reach(FaultPoint.SagaSaved);
        }
        catch (Exception e)
        {
            // Nothing of it is stored; each is tried again by who asked for it.
            foreach (var job in jobs)
                job.Done.TrySetException(e);
            return;
        }

        if (!changes.AreNone)
            Stored?.Invoke(changes);
        foreach (var job in jobs)
        {
            if (job.Error is { } error)
                job.Done.TrySetException(error);
            else
                job.Done.TrySetResult();
        }
    }

    private static void Run(Job job, SqliteConnection connection, SqliteTransaction transaction, OutboxChanges changes)
    {
        job.Error = null;
        connection.Execute("SAVEPOINT change", transaction: transaction);
        var own = new OperationTransaction(connection, transaction);
        try
        {
            job.Run(own);
            changes.Add(own.Changes);
            connection.Execute("RELEASE change", transaction: transaction);
        }
        // After any other error of SQLite's the whole transaction may have ended (https://www.sqlite.org/lang_transaction.html, 3).
        catch (Exception e) when (e is not SqliteException { SqliteErrorCode: not ConstraintViolated })
        {
            connection.Execute("ROLLBACK TO change; RELEASE change", transaction: transaction);
            job.Error = e;
        }
    }

    private sealed class Job(Func<OperationTransaction, Task> change, bool isDurable, ExecutionContext? caller)
    {
        public bool IsDurable => isDurable;

        public Exception? Error { get; set; }

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        // With the caller's log scopes and activity, not those of whoever made the writer.
        public void Run(OperationTransaction transaction)
        {
            if (caller is null)
                change(transaction).GetAwaiter().GetResult();
            else
                ExecutionContext.Run(caller, _ => change(transaction).GetAwaiter().GetResult(), state: null);
        }
    }
}

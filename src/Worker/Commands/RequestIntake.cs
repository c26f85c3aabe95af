using Microsoft.Extensions.Logging;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Outbox;
using WazoPlugind.Operations.Records;
using WazoPlugind.Operations.Secrets;
using WazoPlugind.Worker.Outbox;
using WazoPlugind.Worker.Sagas;

namespace WazoPlugind.Worker.Commands;

/// <summary>
/// Takes requests, but those whose clients were told that they are refused. The API withdraws such a request with a message behind it in the
/// same queue. So a request that comes later than the API waits for its confirm goes once more to the end of the queue, and what comes after
/// it meanwhile does too, to keep the order: its withdrawal, if there is one, comes first.
/// </summary>
/// <param name="messages">Writes the messages.</param>
/// <param name="secrets">Keeps credentials.</param>
/// <param name="states">Knows the operations.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told.</param>
internal sealed partial class RequestIntake(
    OutboxMessages messages, OperationSecrets secrets, OperationStates states, TimeProvider time, ILogger<RequestIntake> logger)
{
    // As long as the API waits. A uuid has whole seconds: younger ones have a client that still waits.
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(2);

    /// <summary>Takes a request that is not known yet.</summary>
    /// <param name="transaction">Where.</param>
    /// <param name="request">The request.</param>
    /// <returns>Whether its operation begins now.</returns>
    public bool TryTake(OperationTransaction transaction, IRequested request)
    {
        if (IsWithdrawn(transaction, request.Sending))
        {
            LogDropped(request.Uuid);
            // The same one may have been asked for again, with its key.
            if (request.Idempotency is null || !IsStored(transaction, request.Uuid))
                transaction.End(request.Uuid);
            return false;
        }

        if (request.IsFinal || RequestUuid.Read(request.Sending) is not (_, { } askedAt))
            return TryTakeKey(transaction, request);
        var age = time.GetUtcNow() - askedAt;
        if (age >= TimeSpan.Zero && age < Late && !AreOthersBehind(transaction))
            return TryTakeKey(transaction, request);
        Store(transaction, request);
        return false;
    }

    /// <summary>Looks at a request whose operation is known: it is another one where two processes of the API met that had the same key.</summary>
    /// <param name="transaction">Where.</param>
    /// <param name="request">The request.</param>
    public void Compare(OperationTransaction transaction, IRequested request)
    {
        if (request.Idempotency is { } idempotency
            && transaction.Query<string>("SELECT request FROM operation_keys WHERE uuid = @uuid", new { uuid = request.Uuid.ToString() }) is [var known]
            && known != idempotency.Request)
        {
            LogReused(request.Uuid, request.Uuid);
        }
    }

    /// <summary>Stores a request, to be sent to the end of its queue.</summary>
    /// <param name="transaction">Where.</param>
    /// <param name="request">The request.</param>
    public void Store(OperationTransaction transaction, IRequested request)
    {
        // The same if it comes twice.
        var id = DerivedUuid.Of(request.Sending, nameof(IRequested.IsFinal));
        if (transaction.Find(id) is not null)
            return;
        var stored = request.AsFinal().WithoutCredentials();
        if (stored.Url != request.Url)
            secrets.Keep(transaction, request.Uuid, stored.Url!, request.Url!);
        var (queue, name, body) = messages.Write(stored);
        transaction.Send(new OutboxMessage
        {
            Operation = request.Uuid,
            Id = id,
            Destination = queue,
            Type = name,
            Body = body,
            Requester = OperationStates.KeyOf(request.Requester),
            RequestId = RequestId.Take(request.Requester?.RequestId),
        });
    }

    /// <summary>Takes a request back: one that has not come yet, or whose first step has not been sent.</summary>
    /// <param name="transaction">Where.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="sending">Which time it was sent. Where it has a key, who was refused asks for the same operation again: that goes on.</param>
    public void Withdraw(OperationTransaction transaction, Guid operation, Guid sending)
    {
        if (states.Find(transaction, operation) is null)
        {
            transaction.Execute(
                "INSERT OR IGNORE INTO withdrawn VALUES (@uuid, @at)",
                new { uuid = sending.ToString(), at = OperationTransaction.Text(time.GetUtcNow()) });
        }
        else if (sending != operation || HasBegun(transaction, operation))
        {
            LogTooLate(operation);
        }
        else
        {
            states.Abandon(operation, "the broker took the request, but did not say so in time: its client was told that it is refused", transaction);
        }
    }

    // One of each key and number: the first counts.
    private bool TryTakeKey(OperationTransaction transaction, IRequested request)
    {
        if (request.Idempotency is not { } idempotency)
            return true;
        var parameters = new { uuid = request.Uuid.ToString(), idempotency.Key, idempotency.Number, idempotency.Request };
        if (transaction.Query<string>("SELECT uuid FROM operation_keys WHERE key = @Key AND number = @Number", parameters) is not [var first])
        {
            transaction.Execute("INSERT INTO operation_keys VALUES (@uuid, @Key, @Number, @Request)", parameters);
            return true;
        }

        LogReused(request.Uuid, Guid.Parse(first));
        var action = RequestUuid.IsPlan(request.Uuid) ? RejectedCommand.Plan : RequestUuid.Read(request.Uuid)?.Action ?? OperationAction.Install;
        states.Refuse(request.Uuid, action, OperationErrors.Refused($"another request has the same Idempotency-Key: operation {first}"), transaction);
        return false;
    }

    private static bool IsStored(OperationTransaction transaction, Guid operation) =>
        transaction.Query<int>("SELECT 1 FROM outbox WHERE operation = @uuid", new { uuid = operation.ToString() }).Count > 0;

    private static bool IsWithdrawn(OperationTransaction transaction, Guid sending) =>
        transaction.Query<int>("SELECT 1 FROM withdrawn WHERE uuid = @uuid", new { uuid = sending.ToString() }).Count > 0;

    // Stored here, and no operation yet.
    private static bool AreOthersBehind(OperationTransaction transaction) => transaction.Query<int>(
        "SELECT 1 FROM outbox WHERE destination = 'plugind-requests' AND operation NOT IN (SELECT uuid FROM operations) LIMIT 1").Count > 0;

    private static bool HasBegun(OperationTransaction transaction, Guid operation) => transaction.Query<int>(
        """
        SELECT 1 FROM outbox WHERE operation = @uuid AND sent_at IS NOT NULL
        UNION SELECT 1 FROM inbox WHERE operation = @uuid
        UNION SELECT 1 FROM operations WHERE uuid = @uuid AND finished_at IS NOT NULL
        """,
        new { uuid = operation.ToString() }).Count > 0;

    [LoggerMessage(LogLevel.Information, "The request of operation {Operation} was refused by the API, and is dropped")]
    private partial void LogDropped(Guid operation);

    [LoggerMessage(LogLevel.Warning, "A request of operation {Operation} is refused: operation {First} was asked for with the same Idempotency-Key, and is another one")]
    private partial void LogReused(Guid operation, Guid first);

    [LoggerMessage(LogLevel.Warning, "The API has refused the request of operation {Operation}, as the broker did not confirm it in time; but it is under way already")]
    private partial void LogTooLate(Guid operation);
}

using System.Globalization;
using Dapper;
using Microsoft.Data.Sqlite;

namespace WazoPlugind.Operations.Outbox;

/// <summary>A change of the operations, and of what is to be sent, inside a transaction.</summary>
/// <param name="connection">The database.</param>
/// <param name="transaction">The transaction.</param>
public sealed class OperationTransaction(SqliteConnection connection, SqliteTransaction transaction)
{
    private const string Columns = """
        position AS Position, operation AS Operation, id AS Id, destination AS Destination, type AS Type, body AS Body, requester AS Requester,
        sent_at AS SentAt, not_before AS NotBefore, tries AS Tries, kills AS Kills, alone AS Alone, request_id AS RequestId
        """;

    /// <summary>What is to be sent after it.</summary>
    internal OutboxChanges Changes { get; } = new();

    /// <summary>A moment as it is stored.</summary>
    /// <param name="moment">The moment.</param>
    public static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>Executes a statement.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <returns>How many rows it changed.</returns>
    public int Execute(string sql, object? parameters = null) => connection.Execute(sql, parameters, transaction);

    /// <summary>Reads rows.</summary>
    /// <typeparam name="T">A row.</typeparam>
    /// <param name="sql">The query.</param>
    /// <param name="parameters">Its parameters.</param>
    public IReadOnlyList<T> Query<T>(string sql, object? parameters = null) => connection.Query<T>(sql, parameters, transaction).AsList();

    /// <summary>Takes a message that an operation gets; what it answers, or what it was in the outbox, is done with.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="message">The message's id.</param>
    /// <returns>Whether it is taken for the first time.</returns>
    public bool TryTake(Guid operation, Guid message)
    {
        Answer(message);
        return Execute("INSERT OR IGNORE INTO inbox VALUES (@operation, @message)", new { operation = operation.ToString(), message = message.ToString() }) > 0;
    }

    /// <summary>A message needs no answer any more.</summary>
    /// <param name="message">The message's id.</param>
    public void Answer(Guid message)
    {
        if (Execute("DELETE FROM outbox WHERE id = @message", new { message = message.ToString() }) > 0)
            Changes.Answered.Add(message);
    }

    /// <summary>Something is to be sent.</summary>
    /// <param name="message">What.</param>
    public void Send(OutboxMessage message)
    {
        var position = connection.ExecuteScalar<long>(
            """
            INSERT INTO outbox (operation, id, destination, type, body, requester, not_before, tries, kills, alone, request_id)
            VALUES (@operation, @id, @destination, @type, @body, @requester, @notBefore, @tries, @kills, @alone, @requestId) RETURNING position
            """,
            new
            {
                operation = message.Operation.ToString(),
                id = message.Id.ToString(),
                destination = message.Destination,
                type = message.Type,
                body = message.Body,
                requester = message.Requester,
                notBefore = message.NotBefore is { } moment ? Text(moment) : null,
                tries = message.Tries,
                kills = message.Kills,
                alone = message.Alone,
                requestId = message.RequestId,
            },
            transaction);
        Changes.Added.Add(message with { Position = position });
    }

    /// <summary>Finds a message that has not been answered.</summary>
    /// <param name="message">The message's id.</param>
    public OutboxMessage? Find(Guid message) =>
        Query<Row>($"SELECT {Columns} FROM outbox WHERE id = @message", new { message = message.ToString() }) is [var row] ? row.ToMessage() : null;

    /// <summary>All that is to be sent, or has not been answered, in order.</summary>
    public IReadOnlyList<OutboxMessage> Outbox() => [.. Query<Row>($"SELECT {Columns} FROM outbox ORDER BY position").Select(row => row.ToMessage())];

    /// <summary>The broker has a message, or what was to be done is done.</summary>
    /// <param name="message">The message.</param>
    /// <param name="moment">When.</param>
    public void Confirm(OutboxMessage message, DateTimeOffset moment)
    {
        var parameters = new { position = message.Position, id = message.Id.ToString(), moment = Text(moment) };
        // Its answer may have come before.
        Execute(message.HasAnswer
            ? "UPDATE outbox SET sent_at = @moment WHERE position = @position AND id = @id"
            : "DELETE FROM outbox WHERE position = @position AND id = @id", parameters);
    }

    /// <summary>A destination takes nothing from now on.</summary>
    /// <param name="destination">The destination.</param>
    /// <param name="moment">Since when.</param>
    /// <param name="reason">Why, in a sentence.</param>
    public void Pause(string destination, DateTimeOffset moment, string reason) =>
        Execute("INSERT OR REPLACE INTO outbox_pauses VALUES (@destination, @since, @reason)", new { destination, since = Text(moment), reason });

    /// <summary>A destination takes what it is sent again.</summary>
    /// <param name="destination">The destination; <c>null</c> for all.</param>
    public void Resume(string? destination) =>
        Execute("DELETE FROM outbox_pauses WHERE @destination IS NULL OR destination = @destination", new { destination });

    /// <summary>Forgets what concerns the work of an operation that has ended: what it was sent, what it took, its credentials.</summary>
    /// <param name="operation">The operation.</param>
    public void End(Guid operation)
    {
        var parameters = new { operation = operation.ToString(), OutboxMessage.Events };
        foreach (var id in Query<string>("SELECT id FROM outbox WHERE operation = @operation AND destination <> @Events", parameters))
            Answer(Guid.Parse(id));
        Execute("DELETE FROM inbox WHERE operation = @operation; DELETE FROM secrets WHERE operation = @operation", parameters);
    }

    private sealed record Row
    {
        public long Position { get; init; }

        public string Operation { get; init; } = "";

        public string Id { get; init; } = "";

        public string Destination { get; init; } = "";

        public string Type { get; init; } = "";

        public string Body { get; init; } = "";

        public string Requester { get; init; } = "";

        public string? SentAt { get; init; }

        public string? NotBefore { get; init; }

        public int Tries { get; init; }

        public int Kills { get; init; }

        public bool Alone { get; init; }

        public string? RequestId { get; init; }

        public OutboxMessage ToMessage() => new()
        {
            Position = Position,
            Operation = Guid.Parse(Operation),
            Id = Guid.Parse(Id),
            Destination = Destination,
            Type = Type,
            Body = Body,
            Requester = Requester,
            IsSent = SentAt is not null,
            NotBefore = NotBefore is null ? null : DateTimeOffset.Parse(NotBefore, CultureInfo.InvariantCulture),
            Tries = Tries,
            Kills = Kills,
            Alone = Alone,
            RequestId = RequestId,
        };
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using WazoPlugind.Operations.Outbox;
using WazoPlugind.Operations.Records;
using WazoPlugind.Processes;

namespace WazoPlugind.Operations.Events;

/// <summary>Stores what happens in an operation, for who reads along.</summary>
/// <param name="transaction">The change that it is part of.</param>
/// <param name="operation">The operation, which is stored.</param>
/// <param name="isPlan">Whether it only says what would be done.</param>
public sealed class OperationEvents(OperationTransaction transaction, Guid operation, bool isPlan)
{
    // So that what goes first is little.
    private const int PartsOfOutput = 8;

    /// <summary>How far the output of a step is stored.</summary>
    /// <param name="transaction">The change that wants to know it.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="step">The step.</param>
    /// <param name="run">The run of the step.</param>
    /// <returns>The number of the last line; 0 for none.</returns>
    public static int LastLine(OperationTransaction transaction, Guid operation, string step, Guid run) =>
        FindLatest(transaction, operation, step) is { } latest && latest.RunId == run.ToString() ? latest.LastLine : 0;

    /// <summary>A step began.</summary>
    /// <param name="step">The step.</param>
    /// <param name="startedAt">When.</param>
    public void AddStep(string step, DateTimeOffset startedAt) =>
        Add(OperationEventKind.Step, new JsonObject { ["step"] = step, ["started_at"] = OperationTransaction.Text(startedAt) });

    /// <summary>The operation ended.</summary>
    /// <param name="status">How: one of <see cref="Messages.OperationStatus"/>.</param>
    /// <param name="finishedAt">When.</param>
    /// <param name="error">Why it failed, as clients see it; or <c>null</c>.</param>
    public void AddEnd(string status, DateTimeOffset finishedAt, JsonObject? error) => Add(
        OperationEventKind.End,
        new JsonObject { ["status"] = status, ["finished_at"] = OperationTransaction.Text(finishedAt), ["error"] = error });

    /// <summary>Commands of a step have written something. What is known of it already is not stored again.</summary>
    /// <param name="step">The step.</param>
    /// <param name="output">What.</param>
    /// <param name="limit">How many bytes are kept of the step, the end of it.</param>
    public void AddOutput(string step, StepOutput output, int limit)
    {
        FaultPoint.Reach(FaultPoint.OutputStoring, step);
        var latest = FindLatest(transaction, operation, step);
        var isNew = latest is null || latest.RunId != output.Run.ToString();
        var run = isNew ? (latest?.Run ?? 0) + 1 : latest!.Run;
        var rest = isNew ? output : output.After(latest!.LastLine);
        // The report of a step's end has all of it again.
        if (rest.Lines.Count == 0)
            return;
        var previous = latest?.Position;
        while (rest.Lines.Count > 0)
        {
            var count = CountOf(rest.Lines, limit / PartsOfOutput);
            previous = AddLines(step, run, rest with { Lines = [.. rest.Lines.Take(count)] }, previous);
            rest = rest.After(rest.First + count - 1);
        }

        LeaveOut(step, limit);
    }

    // At least one.
    private static int CountOf(IReadOnlyList<PrintedLine> lines, int size)
    {
        var count = 1;
        for (var sum = lines[0].Size(); count < lines.Count && (sum += lines[count].Size()) <= size;)
            count++;
        return count;
    }

    private void Add(string kind, JsonObject body)
    {
        body.Insert(0, "uuid", operation.ToString());
        if (isPlan)
            body.Insert(1, "dry_run", true);
        transaction.Execute(
            "INSERT INTO operation_events (uuid, kind, body) VALUES (@uuid, @kind, @body)",
            new { uuid = operation.ToString(), kind, body = body.ToJsonString() });
    }

    private static Latest? FindLatest(OperationTransaction transaction, Guid operation, string step) => transaction.Query<Latest>(
        """
        SELECT position AS Position, run_id AS RunId, run AS Run, first_line + lines - 1 AS LastLine FROM operation_events
        WHERE uuid = @uuid AND step = @step ORDER BY position DESC LIMIT 1
        """,
        new { uuid = operation.ToString(), step }) is [var latest] ? latest : null;

    private long AddLines(string step, int run, StepOutput output, long? previous) => transaction.Query<long>(
        """
        INSERT INTO operation_events (uuid, kind, body, step, run, run_id, first_line, lines, bytes, previous)
        VALUES (@uuid, @kind, @body, @step, @run, @runId, @first, @lines, @bytes, @previous) RETURNING position
        """,
        new
        {
            uuid = operation.ToString(),
            kind = OperationEventKind.Output,
            body = JsonSerializer.Serialize(
                output.Lines.Select(line => new EventLine(OperationTransaction.Text(line.At), line.Text)), EventJsonContext.Default.IEnumerableEventLine),
            step,
            run,
            runId = output.Run.ToString(),
            first = output.First,
            lines = output.Lines.Count,
            bytes = output.Lines.Sum(line => line.Size()),
            previous,
        })[0];

    private void LeaveOut(string step, int limit) => transaction.Execute(
        """
        DELETE FROM operation_events WHERE uuid = @uuid AND step = @step AND position <= (
            SELECT MAX(position) FROM (
                SELECT position, SUM(bytes) OVER (ORDER BY position DESC) AS size FROM operation_events WHERE uuid = @uuid AND step = @step)
            WHERE size > @limit)
        """,
        new { uuid = operation.ToString(), step, limit });

    private sealed record Latest
    {
        public long Position { get; init; }

        public string RunId { get; init; } = "";

        public int Run { get; init; }

        public int LastLine { get; init; }
    }
}

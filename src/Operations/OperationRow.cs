using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using WazoPlugind.Messages;

namespace WazoPlugind.Operations;

/// <summary>An operation as its table has it.</summary>
internal static class OperationRow
{
    /// <summary>Reads the rows, without a condition.</summary>
    public const string Select = """
        SELECT uuid, action, status, namespace, name, version, method, options, revision, reinstall, created_at, finished_at, parent,
            requester, removed_packages, error, current_step, step_started_at, dry_run, attempts, parts,
            CASE WHEN status = 'waiting' THEN (
                SELECT json_group_array(DISTINCT first.uuid) FROM plugin_turns AS mine JOIN plugin_turns AS first USING (plugin)
                WHERE mine.uuid = operations.uuid AND first.uuid <> operations.uuid
                    AND first.position = (SELECT MIN(position) FROM plugin_turns WHERE plugin = mine.plugin)
            ) END AS holders,
            CASE WHEN finished_at IS NULL THEN (
                SELECT json_object('id', id, 'sent_at', sent_at, 'until', CASE WHEN not_before > strftime('%Y-%m-%dT%H:%M:%f', 'now') THEN not_before END) FROM outbox
                WHERE operation = operations.uuid AND type GLOB 'step.*' ORDER BY position LIMIT 1
            ) END AS work,
            CASE WHEN EXISTS (SELECT 1 FROM outbox_pauses) THEN (
                SELECT json_object('destination', destination, 'since', since, 'reason', reason) FROM outbox JOIN outbox_pauses USING (destination)
                WHERE operation = operations.uuid AND position = (SELECT MIN(position) FROM outbox WHERE operation = operations.uuid AND sent_at IS NULL)
            ) END AS undelivered
        FROM operations
        """;

    /// <summary>The operation as clients see it, as far as it can be read.</summary>
    /// <param name="row">A row of <see cref="Select"/>.</param>
    public static JsonObject ToJson(SqliteDataReader row)
    {
        var (method, revision) = (Text("method"), Text("revision"));
        var shown = new JsonObject
        {
            ["uuid"] = Text("uuid"),
            ["action"] = Text("action"),
            ["status"] = Text("status"),
            ["plugin"] = Text("name") is { } name ? new JsonObject { ["namespace"] = Text("namespace"), ["name"] = name, ["version"] = Text("version") } : null,
            ["created_at"] = Text("created_at"),
            ["finished_at"] = Text("finished_at"),
            ["current_step"] = Text("current_step") is { } step ? new JsonObject { ["name"] = step, ["started_at"] = Text("step_started_at") } : null,
            ["requester"] = Json("requester") as JsonObject,
            ["parent"] = Text("parent"),
            ["waiting"] = OperationWaiting.Of(Json("holders"), Json("parts"), Json("work"), Json("undelivered"), Json("attempts")),
            ["undelivered"] = Json("undelivered") as JsonObject,
            ["error"] = Json("error") as JsonObject,
        };
        if (method is not null)
        {
            shown["method"] = method;
            shown["options"] = Json("options") as JsonObject ?? [];
            shown["revision"] = revision;
            // As clients of these two know it.
            if (method is InstallMethods.Git or InstallMethods.Market)
                shown["commit"] = revision;
            shown["reinstall"] = Text("reinstall") is { } reinstall ? reinstall == "1" : null;
        }

        if (Text("dry_run") == "1")
            shown["dry_run"] = true;
        if (Json("removed_packages") is JsonArray removed)
            shown["removed_packages"] = removed;
        return shown;

        string? Text(string column) => row.Text(row.GetOrdinal(column));

        JsonNode? Json(string column) => Parse(Text(column));
    }

    /// <summary>What was tried of an operation's work, as clients see it.</summary>
    /// <param name="row">A row of <see cref="Select"/>.</param>
    public static JsonArray AttemptsOf(SqliteDataReader row)
    {
        var attempts = Parse(row.Text(row.GetOrdinal("attempts"))) as JsonArray ?? [];
        foreach (var work in attempts.OfType<JsonObject>())
        {
            work.Remove("message");
            work.Remove("began_at");
        }

        return attempts;
    }

    /// <summary>A text of a row, or <c>null</c>.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">Its place in the row.</param>
    public static string? Text(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    /// <summary>The JSON of a column, or <c>null</c>: one bad row does not hide the others.</summary>
    /// <param name="json">The text, or <c>null</c>.</param>
    public static JsonNode? Parse(string? json)
    {
        try
        {
            return json is null ? null : JsonNode.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

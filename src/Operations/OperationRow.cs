using System.Text.Json;
using System.Text.Json.Nodes;
using WazoPlugind.Messages;

namespace WazoPlugind.Operations;

/// <summary>
/// An operation as its table has it. By properties: SQLite does not say the types where there is no row, and a constructor would have to
/// match them.
/// </summary>
internal sealed record OperationRow
{
    /// <summary>Reads the rows, without a condition.</summary>
    public const string Select = """
        SELECT uuid, action, status, namespace, name, version, method, options, revision, reinstall, waits_for AS WaitsFor,
            created_at AS CreatedAt, finished_at AS FinishedAt, parent, requester, removed_packages AS RemovedPackages, error,
            current_step AS CurrentStep, step_started_at AS StepStartedAt,
            CASE WHEN EXISTS (SELECT 1 FROM outbox_pauses) THEN (
                SELECT json_object('destination', destination, 'since', since, 'reason', reason) FROM outbox JOIN outbox_pauses USING (destination)
                WHERE operation = operations.uuid AND position = (SELECT MIN(position) FROM outbox WHERE operation = operations.uuid AND sent_at IS NULL)
            ) END AS Undelivered
        FROM operations
        """;

    /// <summary>Its uuid.</summary>
    public string Uuid { get; init; } = "";

    /// <summary>What was asked for: install, uninstall, update.</summary>
    public string Action { get; init; } = "";

    /// <summary>One of <see cref="OperationQueries.Statuses"/>.</summary>
    public string Status { get; init; } = "";

    /// <summary>The plugin's namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>The plugin's name.</summary>
    public string? Name { get; init; }

    /// <summary>The plugin's version.</summary>
    public string? Version { get; init; }

    /// <summary>Where it comes from.</summary>
    public string? Method { get; init; }

    /// <summary>A JSON object with the keys of the API.</summary>
    public string? Options { get; init; }

    /// <summary>The source's own word for what was fetched.</summary>
    public string? Revision { get; init; }

    /// <summary>Whether it is installed again.</summary>
    public bool? Reinstall { get; init; }

    /// <summary>The step that is under way.</summary>
    public string? CurrentStep { get; init; }

    /// <summary>When that began.</summary>
    public string? StepStartedAt { get; init; }

    /// <summary>The operation on the same plugin that it waits for.</summary>
    public string? WaitsFor { get; init; }

    /// <summary>When it was taken.</summary>
    public string CreatedAt { get; init; } = "";

    /// <summary>When it ended.</summary>
    public string? FinishedAt { get; init; }

    /// <summary>The operation that it is part of.</summary>
    public string? Parent { get; init; }

    /// <summary>A JSON object: who asked.</summary>
    public string? Requester { get; init; }

    /// <summary>A JSON list of names.</summary>
    public string? RemovedPackages { get; init; }

    /// <summary>A JSON object: why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>A JSON object: what its next message waits for, where that is not taken.</summary>
    public string? Undelivered { get; init; }

    /// <summary>The operation as clients see it, as far as it can be read.</summary>
    public JsonObject ToJson()
    {
        var shown = new JsonObject
        {
            ["uuid"] = Uuid,
            ["action"] = Action,
            ["status"] = Status,
            ["plugin"] = Name is null ? null : new JsonObject { ["namespace"] = Namespace, ["name"] = Name, ["version"] = Version },
            ["created_at"] = CreatedAt,
            ["finished_at"] = FinishedAt,
            ["current_step"] = CurrentStep is null ? null : new JsonObject { ["name"] = CurrentStep, ["started_at"] = StepStartedAt },
            ["requester"] = Parse(Requester) as JsonObject,
            ["parent"] = Parent,
            ["waits_for"] = WaitsFor,
            ["undelivered"] = Parse(Undelivered) as JsonObject,
            ["error"] = Parse(Error) as JsonObject,
        };
        if (Method is not null)
        {
            shown["method"] = Method;
            shown["options"] = Parse(Options) as JsonObject ?? [];
            shown["revision"] = Revision;
            // As clients of these two know it.
            if (Method is InstallMethods.Git or InstallMethods.Market)
                shown["commit"] = Revision;
            shown["reinstall"] = Reinstall;
        }

        if (Parse(RemovedPackages) is JsonArray removed)
            shown["removed_packages"] = removed;
        return shown;
    }

    // One bad row does not hide the others.
    private static JsonNode? Parse(string? json)
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

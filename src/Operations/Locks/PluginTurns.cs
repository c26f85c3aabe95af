using WazoPlugind.Operations.Outbox;

namespace WazoPlugind.Operations.Locks;

/// <summary>Lets one operation at a time work on a plugin: the others wait in a line, in the order in which they came.</summary>
public static class PluginTurns
{
    private sealed record Turn(string Plugin, string Uuid, string? Parent);

    /// <summary>Takes the turn on a plugin, or a place in its line. An operation that takes its turn again has it.</summary>
    /// <param name="transaction">The change that it is part of.</param>
    /// <param name="plugin">The plugin, as <c>namespace/name</c>.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="parent">The operation that it is part of, or <c>null</c>.</param>
    public static TurnTaken Take(OperationTransaction transaction, string plugin, Guid operation, Guid? parent)
    {
        transaction.Execute(
            "INSERT OR IGNORE INTO plugin_turns (plugin, uuid, parent) VALUES (@plugin, @uuid, @parent)",
            new { plugin, uuid = operation.ToString(), parent = parent?.ToString() });
        var first = transaction.Query<string>("SELECT uuid FROM plugin_turns WHERE plugin = @plugin ORDER BY position LIMIT 1", new { plugin })[0];
        if (first == operation.ToString())
            return default;
        var turns = transaction.Query<Turn>("SELECT plugin, uuid, parent FROM plugin_turns ORDER BY position");
        return new TurnTaken(Guid.Parse(first), WaitsForAncestor(turns, first, operation.ToString()));
    }

    /// <summary>Passes the turns of an ending operation on.</summary>
    /// <param name="transaction">The change that it is part of.</param>
    /// <param name="operation">The operation.</param>
    /// <returns>The operations whose turn it is now; each has to be told.</returns>
    public static IReadOnlyList<Guid> Pass(OperationTransaction transaction, Guid operation)
    {
        const string next = """
            SELECT uuid FROM plugin_turns AS next
            WHERE position = (SELECT MIN(position) FROM plugin_turns WHERE plugin = next.plugin AND uuid <> @uuid)
                AND plugin IN (SELECT plugin FROM plugin_turns AS mine WHERE uuid = @uuid
                    AND position = (SELECT MIN(position) FROM plugin_turns WHERE plugin = mine.plugin))
            """;
        var parameters = new { uuid = operation.ToString() };
        var operations = transaction.Query<string>(next, parameters);
        transaction.Execute("DELETE FROM plugin_turns WHERE uuid = @uuid", parameters);
        return [.. operations.Distinct().Select(Guid.Parse)];
    }

    // An operation waits for the operations that are part of it, and for those that are before it in a line.
    private static bool WaitsForAncestor(IReadOnlyList<Turn> turns, string from, string operation)
    {
        HashSet<string> ancestors = [operation];
        for (var parent = ParentOf(operation); parent is not null && ancestors.Add(parent); parent = ParentOf(parent))
        {
        }

        HashSet<string> seen = [];
        Queue<string> waiting = new([from]);
        while (waiting.TryDequeue(out var current))
        {
            if (ancestors.Contains(current))
                return true;
            if (!seen.Add(current))
                continue;
            foreach (var turn in turns)
            {
                if (turn.Parent == current)
                    waiting.Enqueue(turn.Uuid);
                else if (turn.Uuid == current && turns.First(first => first.Plugin == turn.Plugin).Uuid is var holder && holder != current)
                    waiting.Enqueue(holder);
            }
        }

        return false;

        string? ParentOf(string child) => turns.FirstOrDefault(turn => turn.Uuid == child)?.Parent;
    }
}

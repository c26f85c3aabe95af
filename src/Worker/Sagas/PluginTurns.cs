using Dapper;
using Microsoft.Data.Sqlite;
using WazoPlugind.Messages;

namespace WazoPlugind.Worker.Sagas;

/// <summary>
/// Lets one operation at a time work on a plugin: the others wait in a line, in the order in which they came. An operation
/// that takes its turn again has it, and one that passes it on again names the same next one: either may happen twice. A turn that is
/// passed on is deleted with the storing of the operation's end.
/// </summary>
/// <param name="store">Has the database.</param>
internal sealed class PluginTurns(OperationStore store)
{
    private sealed record Turn(string Plugin, string Uuid, string? Parent);

    /// <summary>Takes the turn on a plugin, or a place in its line.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="parent">The operation that it is part of, or <c>null</c>.</param>
    /// <returns>The operation that has the turn, or <c>null</c> when it is this one.</returns>
    /// <exception cref="PluginDeadlockException">The operation that has the turn waits, in the end, for this one.</exception>
    public Guid? Take(PluginReference plugin, Guid operation, Guid? parent)
    {
        List<Turn> turns = [];
        store.Write((connection, transaction) =>
        {
            connection.Execute(
                "INSERT OR IGNORE INTO plugin_turns (plugin, uuid, parent) VALUES (@plugin, @uuid, @parent)",
                new { plugin = plugin.ToString(), uuid = operation.ToString(), parent = parent?.ToString() },
                transaction);
            turns.AddRange(connection.Query<Turn>(
                "SELECT plugin, uuid, parent FROM plugin_turns WHERE passed = 0 ORDER BY position", transaction: transaction));
        });
        var line = turns.Where(turn => turn.Plugin == plugin.ToString()).Select(turn => turn.Uuid).ToList();
        // Not in it: the turn is passed on already, and the end is being worked on again.
        if (line.IndexOf(operation.ToString()) <= 0)
            return null;
        var first = line[0];
        if (WaitsForAncestor(turns, first, operation.ToString()))
            throw new PluginDeadlockException();
        return Guid.Parse(first);
    }

    /// <summary>Passes the turns of an ending operation on.</summary>
    /// <param name="operation">The operation.</param>
    /// <returns>The operations whose turn it is now; each has to be told.</returns>
    public IReadOnlyList<Guid> Pass(Guid operation)
    {
        const string next = """
            SELECT uuid FROM plugin_turns AS next
            WHERE passed = 0 AND plugin IN (SELECT plugin FROM plugin_turns WHERE uuid = @uuid)
                AND position = (SELECT MIN(position) FROM plugin_turns WHERE plugin = next.plugin AND passed = 0)
            """;
        var parameters = new { uuid = operation.ToString() };
        List<Guid> operations = [];
        store.Write((connection, transaction) =>
        {
            connection.Execute("UPDATE plugin_turns SET passed = 1 WHERE uuid = @uuid", parameters, transaction);
            operations.AddRange(connection.Query<string>(next, parameters, transaction).Select(Guid.Parse));
        });
        return operations;
    }

    /// <summary>Deletes the turns of an operation that has ended.</summary>
    public static void Delete(SqliteConnection connection, SqliteTransaction transaction, Guid operation) =>
        connection.Execute("DELETE FROM plugin_turns WHERE uuid = @uuid", new { uuid = operation.ToString() }, transaction);

    /// <summary>Whether an operation has every turn that it asked for.</summary>
    public static bool HasAll(SqliteConnection connection, SqliteTransaction transaction, Guid operation) =>
        connection.ExecuteScalar<int>(
            """
            SELECT COUNT(*) FROM plugin_turns AS mine WHERE uuid = @uuid AND EXISTS (
                SELECT 1 FROM plugin_turns WHERE plugin = mine.plugin AND passed = 0 AND position < mine.position)
            """,
            new { uuid = operation.ToString() },
            transaction) == 0;

    // An operation waits for the operations that are part of it, and for those that are before it in a line.
    private static bool WaitsForAncestor(List<Turn> turns, string from, string operation)
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
                else if (turn.Uuid == current && turns.Find(first => first.Plugin == turn.Plugin)!.Uuid is var holder && holder != current)
                    waiting.Enqueue(holder);
            }
        }

        return false;

        string? ParentOf(string child) => turns.Find(turn => turn.Uuid == child)?.Parent;
    }
}

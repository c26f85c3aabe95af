using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using WazoPlugind.Messages;

namespace WazoPlugind.Api.Operations;

/// <summary>Remembers the operations that this process has accepted of late: until a worker takes them no one else knows them.</summary>
/// <param name="time">The clock of the acceptance.</param>
internal sealed class QueuedOperations(TimeProvider time)
{
    private const int Limit = 1000;

    private readonly ConcurrentDictionary<Guid, JsonObject> _byUuid = new();
    private readonly ConcurrentQueue<Guid> _order = new();

    /// <summary>Remembers a command that the broker has.</summary>
    /// <param name="command">The command.</param>
    public void Add(IOperationMessage command)
    {
        _byUuid[command.Uuid] = new JsonObject
        {
            ["uuid"] = command.Uuid.ToString(),
            ["action"] = command switch
            {
                InstallPluginCommand => OperationRequest.Install,
                UpdatePluginCommand or UpdateAllPluginsCommand => OperationRequest.Update,
                _ => OperationRequest.Uninstall,
            },
            ["status"] = "queued",
            ["created_at"] = time.GetUtcNow().UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            ["finished_at"] = null,
            ["error"] = null,
        };
        _order.Enqueue(command.Uuid);
        if (_order.Count > Limit && _order.TryDequeue(out var oldest))
            _byUuid.TryRemove(oldest, out _);
    }

    /// <summary>An operation that no worker is known to have taken, or <c>null</c>.</summary>
    /// <param name="operation">Its uuid.</param>
    public JsonObject? Find(Guid operation) => _byUuid.GetValueOrDefault(operation);

    /// <summary>Forgets an operation that a worker has taken.</summary>
    /// <param name="operation">Its uuid.</param>
    public void Forget(Guid operation) => _byUuid.TryRemove(operation, out _);
}

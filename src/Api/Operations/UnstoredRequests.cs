using System.Globalization;
using System.Text.Json.Nodes;
using WazoPlugind.Api.Commands;
using WazoPlugind.Api.Errors;
using WazoPlugind.Api.Status;
using WazoPlugind.Messages;
using WazoPlugind.Operations;
using WazoPlugind.Operations.Records;
using WazoPlugind.Platform.Configuration;

namespace WazoPlugind.Api.Operations;

/// <summary>Says what has become of requests that no worker has stored: they wait, or are lost, or are none.</summary>
/// <param name="configuration">Says whether there is a broker, and how long operations are kept.</param>
/// <param name="history">The operations that have begun.</param>
/// <param name="bus">Says how many requests wait.</param>
/// <param name="keyed">Knows when those were sent whose uuids do not say it.</param>
/// <param name="time">The clock.</param>
internal sealed class UnstoredRequests(PlugindConfiguration configuration, OperationQueries history, BusStatus bus, KeyedRequests keyed, TimeProvider time)
{
    // On its way to the broker, or from there to a worker.
    private static readonly TimeSpan Young = TimeSpan.FromSeconds(10);

    // A worker has taken it out of the queue, and is about to store it.
    private static readonly TimeSpan Storing = TimeSpan.FromMilliseconds(500);

    /// <summary>Finds a request.</summary>
    /// <param name="uuid">Its uuid.</param>
    /// <param name="cancellationToken">Stops asking.</param>
    /// <returns>The request, or the operation if it was stored in this moment; <c>null</c> when there is none, or no longer.</returns>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public async Task<JsonObject?> FindAsync(Guid uuid, CancellationToken cancellationToken)
    {
        if (RequestUuid.Read(uuid) is not var (action, said))
            return null;
        var askedAt = said ?? keyed.SentAt(uuid);
        if (await MayWaitAsync(uuid, askedAt, cancellationToken))
            return Shown(uuid, action, askedAt, OperationStatus.Queued, error: null);
        await Task.Delay(Storing, time, cancellationToken);
        return history.Find(uuid) ?? (MayBeForgotten(askedAt) ? null : Shown(uuid, action, askedAt, OperationStatus.Error, Lost()));
    }

    /// <summary>Finds the operation that a request names, begun or not.</summary>
    /// <param name="request">The request.</param>
    /// <returns>Its uuid, and what clients see of it.</returns>
    /// <exception cref="ApiErrorException">There is none.</exception>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public async Task<(Guid Uuid, JsonObject Operation)> RequireAsync(HttpRequest request)
    {
        var text = (string)request.RouteValues["uuid"]!;
        return Guid.TryParse(text, out var uuid) && (history.Find(uuid) ?? await FindAsync(uuid, request.HttpContext.RequestAborted)) is { } operation
            ? (uuid, operation)
            : throw new ApiErrorException(ApiError.OperationNotFound(text));
    }

    /// <summary>Lists the requests that the orchestrator has, and has not begun. Those that are with the broker cannot be listed.</summary>
    /// <param name="query">Which; of their plugin nothing is known.</param>
    /// <returns>The requests, and how many match.</returns>
    /// <exception cref="OperationsUnavailableException">The database cannot be read.</exception>
    public (IReadOnlyList<JsonObject> Items, int Filtered) List(OperationQuery query)
    {
        var matching = history.Requested()
            .Select(uuid => (Uuid: uuid, Said: RequestUuid.Read(uuid)))
            .Where(request => request.Said is var (action, _)
                && (query.Action ?? action) == action && query.DryRun == RequestUuid.IsPlan(request.Uuid) && query is { Namespace: null, Name: null })
            .Select(request => Shown(request.Uuid, request.Said!.Value.Action, request.Said.Value.AskedAt ?? keyed.SentAt(request.Uuid), OperationStatus.Queued, error: null))
            .ToList();
        if (query.Descending)
            matching.Reverse();
        var items = matching.Skip((int)Math.Min(query.Offset, int.MaxValue)).Take(query.Limit == 0 ? int.MaxValue : (int)Math.Min(query.Limit, int.MaxValue));
        return ([.. items], matching.Count);
    }

    private async Task<bool> MayWaitAsync(Guid uuid, DateTimeOffset? askedAt, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - askedAt < Young)
            return true;
        // Without a broker the requests are stored beside the operations.
        if (configuration.Bus.Transport == BusConfiguration.InMemory)
            return history.IsRequested(uuid);
        return (await bus.GetAsync(cancellationToken)).Requests is not 0;
    }

    private bool MayBeForgotten(DateTimeOffset? askedAt)
    {
        // Of another process, whose client can ask again with its key.
        if (askedAt is null)
            return true;
        var (count, oldest) = history.Ended();
        return askedAt < time.GetUtcNow().AddDays(-configuration.Operations.KeepDays)
            || (count >= configuration.Operations.KeepCount && askedAt <= oldest);
    }

    private static JsonObject Shown(Guid uuid, string action, DateTimeOffset? askedAt, string status, JsonObject? error)
    {
        var shown = new JsonObject
        {
            ["uuid"] = uuid.ToString(),
            ["action"] = action,
            ["status"] = status,
            ["created_at"] = askedAt?.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            ["finished_at"] = null,
            ["error"] = error,
        };
        if (RequestUuid.IsPlan(uuid))
            shown["dry_run"] = true;
        return shown;
    }

    private static JsonObject Lost() => new()
    {
        ["error_id"] = ErrorId.RequestLost,
        ["message"] = "Request lost",
        ["details"] = new JsonObject(),
        ["failure"] = new JsonObject { ["reason"] = "the broker no longer has it, and no worker: its queue was purged or deleted; ask for it again" },
    };
}

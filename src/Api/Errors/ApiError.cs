using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using WazoPlugind.Platform.Validation;

namespace WazoPlugind.Api.Errors;

/// <summary>An error as clients see it; <c>timestamp</c> is added when it is written.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="ErrorId">A stable identifier.</param>
/// <param name="Message">The identifier in words.</param>
/// <param name="Details">More about it.</param>
/// <param name="Resource">The kind of thing that it is about, if it is about one.</param>
internal sealed record ApiError(int Status, string ErrorId, string Message, JsonObject Details, string? Resource = null)
{
    /// <summary>The body or the query is invalid.</summary>
    public static ApiError InvalidData(JsonObject details) => new(400, Messages.ErrorId.InvalidData, "Invalid data", details, "plugins");

    /// <summary>The body as a whole is invalid.</summary>
    /// <param name="message">Why.</param>
    public static ApiError InvalidBody(string message) =>
        InvalidData(new JsonObject { ["body"] = new FieldError(message, "type", "object").ToJson() });

    /// <summary>No such plugin is installed.</summary>
    public static ApiError PluginNotFound(string pluginNamespace, string name) => new(
        404,
        "plugin-not-found",
        $"Plugin not found {pluginNamespace}/{name}",
        new JsonObject { ["namespace"] = pluginNamespace, ["name"] = name },
        "plugins");

    /// <summary>Other packages need the plugin.</summary>
    public static ApiError HasDependants(IEnumerable<string> dependants) => new(
        409,
        "plugin-has-dependants",
        "Other packages depend on the plugin",
        new JsonObject { ["dependants"] = new JsonArray([.. dependants.Select(name => JsonValue.Create(name))]) },
        "plugins");

    /// <summary>The key of an idempotent request was another request's.</summary>
    /// <param name="operation">What that asked for.</param>
    public static ApiError KeyReused(Guid operation) => new(
        422, "idempotency-key-reused", "The Idempotency-Key is that of another request", new JsonObject { ["uuid"] = operation.ToString() }, "operations");

    /// <summary>There is no such operation, or no longer.</summary>
    public static ApiError OperationNotFound(string uuid) =>
        new(404, "operation-not-found", $"Operation not found {uuid}", new JsonObject { ["uuid"] = uuid }, "operations");

    /// <summary>The operation has ended, and cannot be cancelled.</summary>
    /// <param name="operation">The operation, as clients see it.</param>
    public static ApiError OperationEnded(JsonObject operation) => new(
        409,
        "operation-ended",
        $"Operation {operation["uuid"]} has ended: {operation["status"]}",
        new JsonObject { ["uuid"] = operation["uuid"]!.DeepClone(), ["status"] = operation["status"]!.DeepClone(), ["finished_at"] = operation["finished_at"]?.DeepClone() },
        "operations");

    /// <summary>The package manager has the operation, and must not be interrupted.</summary>
    /// <param name="uuid">Its uuid.</param>
    public static ApiError OperationInPackageManager(Guid uuid) => new(
        409,
        "operation-in-package-manager",
        $"The package manager has operation {uuid}: it is not interrupted, as that could leave the machine's packages broken",
        new JsonObject { ["uuid"] = uuid.ToString() },
        "operations");

    /// <summary>The store of operations cannot be read.</summary>
    public static ApiError OperationsUnavailable() => new(503, "operations-unavailable", "Operations unavailable", [], "operations");

    /// <summary>The market cannot be listed in the order asked for.</summary>
    public static ApiError InvalidSortParameters(string field) => new(
        400,
        "invalid-sort-params",
        "Invalid sort parameters",
        new JsonObject
        {
            [field] = new JsonObject { ["constraint_id"] = "orderable", ["message"] = $"\"{field}\" values are not orderable" },
        },
        "market");

    /// <summary>The market, or what is needed to judge its plugins, does not answer.</summary>
    public static ApiError MarketUnavailable() => new(503, "market-service-unavailable", "Market Service Unavailable", [], "market");

    /// <summary>There is nothing at that address.</summary>
    public static ApiError NotFound(string path) => new(404, "not-found", "Not found", new JsonObject { ["path"] = path });

    /// <summary>The address does not take that method.</summary>
    public static ApiError MethodNotAllowed(string method) =>
        new(405, "method-not-allowed", "The method is not allowed for the requested URL.", new JsonObject { ["method"] = method });

    /// <summary>The body is larger than is read.</summary>
    public static ApiError TooLarge(long limit) =>
        new(413, "request-too-large", "Request too large", new JsonObject { ["limit"] = limit }, "plugins");

    /// <summary>The body came too slowly.</summary>
    public static ApiError TooSlow() => new(408, "request-timeout", "Request timeout", []);

    /// <summary>The server takes no such request.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="reason">What is wrong with it.</param>
    public static ApiError Refused(int status, string reason)
    {
        var message = ReasonPhrases.GetReasonPhrase(status);
        return new(status, message.ToLowerInvariant().Replace(' ', '-'), message, new JsonObject { ["reason"] = reason });
    }

    /// <summary>The token is not valid for what was asked.</summary>
    public static ApiError Unauthorized(JsonObject details) => new(401, "unauthorized", "Unauthorized", details);

    /// <summary>The master tenant is not known yet.</summary>
    public static ApiError NotInitialized() => new(503, "not-initialized", "wazo-plugind is not initialized", []);

    /// <summary>As many operations as may be wait or are under way.</summary>
    /// <param name="limit">How many may be.</param>
    public static ApiError TooManyOperations(int limit) =>
        new(503, "too-many-operations", "Too many operations", new JsonObject { ["limit"] = limit }, "plugins");

    /// <summary>The command could not be handed to the broker.</summary>
    /// <param name="reason">Why.</param>
    public static ApiError BusUnavailable(string reason) =>
        new(503, "bus-unavailable", "Message bus unavailable", new JsonObject { ["reason"] = reason }, "plugins");

    /// <summary>Some part of the service does not work.</summary>
    /// <param name="parts">All parts, as <c>GET /status</c> has them.</param>
    public static ApiError Unhealthy(JsonObject parts) => new(503, "unhealthy", "Not all parts of the service work", parts);

    /// <summary>Nobody expected this; the log has more under the same id of the request.</summary>
    public static ApiError Internal(string requestId) =>
        new(500, "internal-server-error", "Internal Server Error", new JsonObject { ["id"] = requestId });

    /// <summary>The error as clients see it.</summary>
    /// <param name="at">When.</param>
    public JsonObject ToJson(DateTimeOffset at)
    {
        var body = new JsonObject
        {
            ["message"] = Message,
            ["error_id"] = ErrorId,
            ["details"] = Details,
            ["timestamp"] = (at - DateTimeOffset.UnixEpoch).TotalSeconds,
        };
        if (Resource is not null)
            body["resource"] = Resource;
        return body;
    }
}

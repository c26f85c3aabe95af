using System.Text.Json.Nodes;
using WazoPlugind.Operations.Outbox;
using WazoPlugind.Operations.Records;

namespace WazoPlugind.Worker.Sagas;

/// <summary>The JSON of the operations' columns, which the API shows.</summary>
internal static class OperationColumns
{
    /// <summary>Who asked.</summary>
    /// <param name="requester">Who.</param>
    public static string Of(OperationRequester requester) =>
        new JsonObject
        {
            ["user_uuid"] = requester.UserUuid,
            ["tenant_uuid"] = requester.TenantUuid,
            ["login"] = requester.Login,
            ["address"] = requester.Address,
            ["request_id"] = requester.RequestId,
        }.ToJsonString();

    /// <summary>What was tried of its work.</summary>
    /// <param name="attempts">For each work.</param>
    /// <returns><c>null</c> for none.</returns>
    public static string? Of(IReadOnlyList<WorkAttempts> attempts) => attempts.Count == 0 ? null : new JsonArray([.. attempts.Select(work => new JsonObject
    {
        ["message"] = work.Message.ToString(),
        ["work"] = work.Work,
        ["begun"] = work.Begun,
        ["postponed"] = work.Postponed,
        ["killed"] = work.Killed,
        ["began_at"] = Text(work.BeganAt),
        ["next_try_at"] = Text(work.NextTryAt),
        ["reason"] = work.Reason,
    })]).ToJsonString();

    /// <summary>The parts of it that have not ended.</summary>
    /// <param name="children">All parts.</param>
    /// <returns><c>null</c> for none.</returns>
    public static string? Of(IReadOnlyList<ChildOperation> children)
    {
        var parts = children.Where(child => !child.HasEnded).Select(child => JsonValue.Create(child.Operation.ToString())).ToArray();
        return parts.Length == 0 ? null : new JsonArray([.. parts]).ToJsonString();
    }

    /// <summary>Why it failed.</summary>
    /// <param name="error">The error.</param>
    public static string Of(OperationError error) => ToJson(error).ToJsonString();

    /// <summary>Why it failed, as clients see it.</summary>
    /// <param name="error">The error.</param>
    public static JsonObject ToJson(OperationError error) => new()
    {
        ["error_id"] = error.ErrorId,
        ["message"] = error.Message,
        ["details"] = JsonObject.Create(error.Details),
        ["failure"] = JsonObject.Create(error.Failure),
    };

    private static string? Text(DateTimeOffset? moment) => moment is { } at ? OperationTransaction.Text(at) : null;
}

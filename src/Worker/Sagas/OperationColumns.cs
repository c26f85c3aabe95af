using System.Text.Json.Nodes;
using WazoPlugind.Operations.Records;

namespace WazoPlugind.Worker.Sagas;

/// <summary>The JSON of the operations' columns, which the API shows.</summary>
internal static class OperationColumns
{
    /// <summary>Who asked.</summary>
    /// <param name="requester">Who.</param>
    public static string Of(OperationRequester requester) =>
        new JsonObject { ["user_uuid"] = requester.UserUuid, ["tenant_uuid"] = requester.TenantUuid }.ToJsonString();

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
}

using System.Text.Json;
using WazoPlugind.Messages;

namespace WazoPlugind.Operations.Records;

/// <summary>
/// A command as it travels inside: the JSON that other services write too, and beside its keys who asks, with which key, and what it is part of. Those
/// are read in the inner queue only.
/// </summary>
public static class RequestBody
{
    /// <summary>The key of who asks: an <see cref="OperationRequester"/>.</summary>
    public const string Requester = "requester";

    /// <summary>The key of what it is part of: <c>{"uuid", "path"}</c>.</summary>
    public const string Parent = "parent";

    /// <summary>The key of a <see cref="RequestIdempotency"/>.</summary>
    public const string Idempotency = "idempotency";

    /// <summary>Writes a command; what it does not say is left out.</summary>
    /// <param name="command">The command. Its options may hold credentials.</param>
    /// <param name="requester">Who asks, or <c>null</c>.</param>
    /// <param name="parent">What it is part of, or <c>null</c>.</param>
    /// <param name="idempotency">What is known of its <c>Idempotency-Key</c>, or <c>null</c>.</param>
    public static string Write(
        IOperationMessage command, OperationRequester? requester, OperationParent? parent, RequestIdempotency? idempotency = null)
    {
        var body = JsonSerializer.SerializeToNode(command, RequestJsonContext.Default.GetTypeInfo(command.GetType())!)!.AsObject();
        if (requester is not null)
            body[Requester] = JsonSerializer.SerializeToNode(requester, RequestJsonContext.Default.OperationRequester);
        if (parent is not null)
            body[Parent] = JsonSerializer.SerializeToNode(parent, RequestJsonContext.Default.OperationParent);
        if (idempotency is not null)
            body[Idempotency] = JsonSerializer.SerializeToNode(idempotency, RequestJsonContext.Default.RequestIdempotency);
        return body.ToJsonString();
    }
}

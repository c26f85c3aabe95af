using System.Text.Json;
using WazoPlugind.Messages;

namespace WazoPlugind.Operations.Records;

/// <summary>
/// A command as it travels inside: the JSON that other services write too, and beside its keys who asks and what it is part of. Those two
/// are read in the inner queue only.
/// </summary>
public static class RequestBody
{
    /// <summary>The key of who asks: an <see cref="OperationRequester"/>.</summary>
    public const string Requester = "requester";

    /// <summary>The key of what it is part of: <c>{"uuid", "path"}</c>.</summary>
    public const string Parent = "parent";

    /// <summary>Writes a command; what it does not say is left out.</summary>
    /// <param name="command">The command. Its options may hold credentials.</param>
    /// <param name="requester">Who asks, or <c>null</c>.</param>
    /// <param name="parent">What it is part of, or <c>null</c>.</param>
    public static string Write(IOperationMessage command, OperationRequester? requester, OperationParent? parent)
    {
        var body = JsonSerializer.SerializeToNode(command, RequestJsonContext.Default.GetTypeInfo(command.GetType())!)!.AsObject();
        if (requester is not null)
            body[Requester] = JsonSerializer.SerializeToNode(requester, RequestJsonContext.Default.OperationRequester);
        if (parent is not null)
            body[Parent] = JsonSerializer.SerializeToNode(parent, RequestJsonContext.Default.OperationParent);
        return body.ToJsonString();
    }
}

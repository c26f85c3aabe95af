using System.Text.Json;
using System.Text.Json.Nodes;
using WazoPlugind.Hosting.Broker;
using WazoPlugind.Messages;
using WazoPlugind.Operations.Records;
using WazoPlugind.Plugins.Requests;

namespace WazoPlugind.Worker.Commands;

/// <summary>
/// A command as other services write it: an object in JSON, its keys in any case, its type in a header or the AMQP property
/// <c>type</c>, as NServiceBus has them, or in none: then it installs.
/// </summary>
internal static class CommandReader
{
    // What senders put beside it, and what is ours to say.
    private static readonly string[] Ignored = ["uuid", "$type", RequestBody.Requester, RequestBody.Parent, RequestBody.Idempotency];

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads a command.</summary>
    /// <param name="body">The message's body.</param>
    /// <param name="type">
    /// The type as the message names it: full .NET names, several of them separated by a semicolon, or the name alone; <c>null</c> for none.
    /// </param>
    /// <param name="message">The uuid for a command without one; <c>null</c> where its message has none either.</param>
    /// <param name="isOurs">Whether it comes from this service itself: then it may say who asks, and what it is part of.</param>
    /// <param name="sent">The id of the message, of unknown origin, for the record of what is not ours; <c>null</c> for none.</param>
    /// <returns>
    /// A <see cref="Requested{TCommand}"/>, a <see cref="Cancellation"/>, a <see cref="Withdrawal"/> of ours, or a <see cref="RejectedCommand"/>.
    /// </returns>
    public static object Read(ReadOnlySpan<byte> body, string? type, Guid? message, bool isOurs, string? sent = null)
    {
        JsonObject? command;
        try
        {
            var start = body.StartsWith(Utf8ByteOrderMark) ? Utf8ByteOrderMark.Length : 0;
            command = JsonNode.Parse(body[start..], documentOptions: Strict) is JsonObject properties ? LowerCase(properties) : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            return new RejectedCommand { Uuid = message, Reason = "the body is not valid JSON" };
        }

        if (command is null)
            return new RejectedCommand { Uuid = message, Reason = "the body is not a JSON object" };
        if (isOurs && type == CommandPublisher.Withdrawal && Guid.TryParse(command["uuid"]?.GetValue<string>(), out var withdrawn))
            return new Withdrawal { Uuid = withdrawn, Sending = Guid.TryParse(command["sending"]?.GetValue<string>(), out var sending) ? sending : withdrawn };
        var read = Read(command, type, message);
        if (read is CancelOperationCommand cancel)
            return new Cancellation { Uuid = cancel.Uuid };
        return read is IOperationMessage accepted
            ? ((IRequested)CommandKind.Request(
                accepted,
                isOurs
                    ? command[RequestBody.Requester].Deserialize(RequestJsonContext.Default.OperationRequester)
                    : RequestId.Take(sent) is { } id ? new OperationRequester(null, null, RequestId: id) : null,
                isOurs ? command[RequestBody.Parent].Deserialize(RequestJsonContext.Default.OperationParent) : null))
                .With(isOurs ? command[RequestBody.Idempotency].Deserialize(RequestJsonContext.Default.RequestIdempotency) : null)
            : read;
    }

    private static object Read(JsonObject command, string? type, Guid? message)
    {
        Guid? uuid = command["uuid"] is { } text && text.GetValueKind() == JsonValueKind.String && Guid.TryParse(text.GetValue<string>(), out var parsed)
            ? parsed
            : null;
        if ((uuid is null && command["uuid"] is not null) || uuid == Guid.Empty)
            return new RejectedCommand { Uuid = message, Reason = "the uuid is none" };
        uuid ??= message;
        var names = type?.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(NameOf).ToList() ?? [];
        if (names.Count == 0 || names.Contains(nameof(InstallPluginCommand)))
        {
            return (CommandSchema.CheckInstallation(command) ?? FindUnknown(nameof(InstallPluginCommand))) is { } errors
                ? Rejected(uuid, errors, OperationAction.Install)
                : new InstallPluginCommand
                {
                    Uuid = uuid ?? Guid.NewGuid(),
                    Method = command["method"]!.GetValue<string>(),
                    Options = CommandSchema.OptionsOf(command),
                    Reinstall = CommandSchema.ReinstallOf(command),
                    Revision = command["revision"]?.GetValue<string>(),
                };
        }

        if (names.Contains(nameof(CancelOperationCommand)))
        {
            if (FindUnknown(nameof(CancelOperationCommand)) is { } unknown)
                return new RejectedCommand { Reason = $"invalid: {string.Join(", ", unknown.Select(error => error.Key))}" };
            // That of the message is no operation's.
            return command["uuid"] is null ? new RejectedCommand { Reason = "invalid: uuid" } : new CancelOperationCommand { Uuid = uuid!.Value };
        }

        if (names.Contains(nameof(PlanOperationCommand)))
        {
            return (CommandSchema.CheckPlan(command) ?? FindUnknown(nameof(PlanOperationCommand))) is { } errors
                ? Rejected(uuid, errors, RejectedCommand.Plan)
                : new PlanOperationCommand
                {
                    Uuid = uuid ?? Guid.NewGuid(),
                    Action = command["action"]!.GetValue<string>(),
                    Method = command["method"]?.GetValue<string>(),
                    Options = CommandSchema.PlanOptionsOf(command),
                    Reinstall = CommandSchema.ReinstallOf(command),
                    Revision = command["revision"]?.GetValue<string>(),
                    Namespace = command["namespace"]?.GetValue<string>(),
                    Name = command["name"]?.GetValue<string>(),
                    Version = command["version"]?.GetValue<string>(),
                };
        }

        if (names.Contains(nameof(UninstallPluginCommand)))
        {
            return (CommandSchema.CheckPlugin(command) ?? FindUnknown(nameof(UninstallPluginCommand))) is { } errors
                ? Rejected(uuid, errors, OperationAction.Uninstall)
                : new UninstallPluginCommand
                {
                    Uuid = uuid ?? Guid.NewGuid(),
                    Namespace = command["namespace"]!.GetValue<string>(),
                    Name = command["name"]!.GetValue<string>(),
                };
        }

        if (names.Contains(nameof(UpdatePluginCommand)))
        {
            // Its record has the options beside the version, where HTTP has them in an object.
            if (((string[])["url", "ref", "sha256", "subdirectory"]).Where(command.ContainsKey).ToList() is { Count: > 0 } keys)
                command["options"] = new JsonObject(keys.Select(key => KeyValuePair.Create(key, command[key]?.DeepClone())));
            return (CommandSchema.CheckPlugin(command) ?? CommandSchema.CheckVersion(command) ?? FindUnknown(nameof(UpdatePluginCommand))) is { } errors
                ? Rejected(uuid, errors, OperationAction.Update)
                : new UpdatePluginCommand
                {
                    Uuid = uuid ?? Guid.NewGuid(),
                    Namespace = command["namespace"]!.GetValue<string>(),
                    Name = command["name"]!.GetValue<string>(),
                    Version = command["version"]?.GetValue<string>(),
                    Ref = command["options"]?["ref"]?.GetValue<string>(),
                    Url = command["options"]?["url"]?.GetValue<string>(),
                    Sha256 = command["options"]?["sha256"]?.GetValue<string>(),
                    Subdirectory = command["options"]?["subdirectory"]?.GetValue<string>(),
                };
        }

        if (!names.Contains(nameof(UpdateAllPluginsCommand)))
            return new RejectedCommand { Uuid = uuid, Reason = $"there is no command {names[0]}" };
        return FindUnknown(nameof(UpdateAllPluginsCommand)) is { } others
            ? Rejected(uuid, others, OperationAction.Update)
            : new UpdateAllPluginsCommand { Uuid = uuid ?? Guid.NewGuid() };

        JsonObject? FindUnknown(string type) => CommandSchema.FindUnknown(type, command, Ignored);
    }

    private static ReadOnlySpan<byte> Utf8ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private static RejectedCommand Rejected(Guid? uuid, JsonObject errors, string action) => new()
    {
        Uuid = uuid,
        Action = action,
        Reason = $"invalid: {string.Join(", ", errors.Select(error => error.Key))}",
        Errors = errors.ToJsonString(),
    };

    // "WazoPlugind.Messages.InstallPluginCommand, WazoPlugind.Messages, Version=1.0.0.0, …"
    private static string NameOf(string type) => type.Split(',')[0].Split('.', ':', '+')[^1].Trim();

    private static JsonObject LowerCase(JsonObject properties) => new(properties.Select(property => KeyValuePair.Create(
        property.Key.ToLowerInvariant(),
        property.Value is JsonObject child ? LowerCase(child) : property.Value?.DeepClone())).Where(property => property.Value is not null));
}

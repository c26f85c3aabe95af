using System.Text.Json.Serialization;
using WazoPlugind.Messages;

namespace WazoPlugind.Operations.Records;

/// <summary>How commands are written: the keys are those of the API.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(InstallPluginCommand))]
[JsonSerializable(typeof(UninstallPluginCommand))]
[JsonSerializable(typeof(UpdatePluginCommand))]
[JsonSerializable(typeof(UpdateAllPluginsCommand))]
[JsonSerializable(typeof(PlanOperationCommand))]
[JsonSerializable(typeof(CancelOperationCommand))]
[JsonSerializable(typeof(OperationParent))]
[JsonSerializable(typeof(OperationRequester))]
[JsonSerializable(typeof(RequestIdempotency))]
public sealed partial class RequestJsonContext : JsonSerializerContext;

using System.Text.Json.Serialization;

namespace WazoPlugind.Worker.Operations;

/// <summary>How operations are stored.</summary>
[JsonSerializable(typeof(InstallState))]
[JsonSerializable(typeof(UninstallState))]
[JsonSerializable(typeof(UpdateAllState))]
internal sealed partial class OperationJsonContext : JsonSerializerContext;

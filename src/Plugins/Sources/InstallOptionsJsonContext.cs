using System.Text.Json.Serialization;
using WazoPlugind.Messages;

namespace WazoPlugind.Plugins.Sources;

/// <summary>How <see cref="InstallOptions"/> are named in requests and records.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(InstallOptions))]
internal sealed partial class InstallOptionsJsonContext : JsonSerializerContext;

using System.Text.Json.Serialization;

namespace WazoPlugind.Platform.Configuration;

/// <summary>How the configuration maps to JSON: generated at build time, as reflection would cost at every start.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PlugindConfiguration))]
internal sealed partial class ConfigurationJsonContext : JsonSerializerContext;

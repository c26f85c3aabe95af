using System.Text.Json.Serialization;

namespace WazoPlugind.Plugins.Installed;

/// <summary>How a <see cref="Provenance"/> is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(Provenance))]
internal sealed partial class ProvenanceJsonContext : JsonSerializerContext;

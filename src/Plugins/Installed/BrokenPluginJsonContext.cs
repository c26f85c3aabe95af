using System.Text.Json.Serialization;

namespace WazoPlugind.Plugins.Installed;

/// <summary>How a <see cref="BrokenPlugin"/> is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(BrokenPlugin))]
internal sealed partial class BrokenPluginJsonContext : JsonSerializerContext;

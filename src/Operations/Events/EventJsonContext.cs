using System.Text.Json.Serialization;

namespace WazoPlugind.Operations.Events;

/// <summary>How lines of output are stored.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IEnumerable<EventLine>))]
[JsonSerializable(typeof(List<EventLine>))]
internal sealed partial class EventJsonContext : JsonSerializerContext;

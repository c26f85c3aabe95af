using System.Text.Json.Nodes;

namespace WazoPlugind.StandIn;

/// <summary>A request to Consul's agent.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Token">Its token, empty without one.</param>
/// <param name="Body">Its body, if it had one.</param>
public sealed record StandInConsulRequest(string Path, string Token, JsonNode? Body);

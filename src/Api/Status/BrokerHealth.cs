using WazoPlugind.Hosting.Broker;

namespace WazoPlugind.Api.Status;

/// <summary>What the broker says.</summary>
/// <param name="Bus">Why it takes nothing now, or <c>null</c>.</param>
/// <param name="Worker">Why a queue of work has no worker, or <c>null</c>.</param>
/// <param name="Commands">How many commands of others no worker has taken yet; <c>null</c> where it does not say.</param>
/// <param name="Requests">How many requests of the API, and of operations that need others, no worker has taken yet; <c>null</c> where it does not say.</param>
internal sealed record BrokerHealth(BrokerException? Bus, BrokerException? Worker, int? Commands, int? Requests);

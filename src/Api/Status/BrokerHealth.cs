namespace WazoPlugind.Api.Status;

/// <summary>What the broker says.</summary>
/// <param name="Bus">Whether it takes messages.</param>
/// <param name="Worker">Whether every queue of work has a worker.</param>
/// <param name="Commands">How many commands of others no worker has taken yet.</param>
/// <param name="Requests">How many requests of the API, and of operations that need others, no worker has taken yet.</param>
internal sealed record BrokerHealth(bool Bus, bool Worker, int Commands, int Requests);

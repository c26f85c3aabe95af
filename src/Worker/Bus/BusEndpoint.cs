using MassTransit;

namespace WazoPlugind.Worker.Bus;

/// <summary>A queue that this process consumes.</summary>
/// <param name="Queue">Its name.</param>
/// <param name="Concurrency">How many messages are worked on at a time, and how many the broker sends ahead.</param>
/// <param name="Configure">Adds the consumers.</param>
internal sealed record BusEndpoint(string Queue, int Concurrency, Action<IBusRegistrationContext, IReceiveEndpointConfigurator> Configure);

using MassTransit;
using WazoPlugind.Platform.Configuration;
using WazoPlugind.Worker.Bus;

namespace WazoPlugind.Worker.Steps;

/// <summary>The queues of steps.</summary>
internal static class StepEndpoints
{
    /// <summary>The queues of some roles.</summary>
    /// <param name="configuration">Says how many messages are taken at a time.</param>
    /// <param name="roles">The roles.</param>
    public static IReadOnlyList<BusEndpoint> Of(PlugindConfiguration configuration, IReadOnlyCollection<string> roles) =>
        Of(configuration, StepRegistry.All.Where(step => roles.Contains(step.Queue.Role)));

    /// <summary>The queues of some steps.</summary>
    /// <param name="configuration">Says how many messages are taken at a time.</param>
    /// <param name="steps">The steps.</param>
    internal static IReadOnlyList<BusEndpoint> Of(PlugindConfiguration configuration, IEnumerable<StepDefinition> steps) =>
    [
        .. steps
            .GroupBy(step => step.Queue)
            .Select(ofQueue => new BusEndpoint(
                ofQueue.Key.Name, ofQueue.Key.ConcurrencyOf(configuration.Worker), (context, queue) => Configure([.. ofQueue], context, queue))),
    ];

    private static void Configure(IReadOnlyList<StepDefinition> steps, IBusRegistrationContext context, IReceiveEndpointConfigurator queue)
    {
        queue.ConfigureError(pipe => pipe.UseFilter(new StepErrorFilter()));
        foreach (var step in steps)
            step.AddTo(context, queue);
    }
}

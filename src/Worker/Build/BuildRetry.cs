using MassTransit;
using WazoPlugind.Plugins.Operations;

namespace WazoPlugind.Worker.Build;

/// <summary>How often a builder tries what the network may mend: for about a minute, with growing pauses.</summary>
internal static class BuildRetry
{
    /// <summary>How many times, after the first.</summary>
    public const int Limit = 5;

    /// <summary>Adds the policy to a queue.</summary>
    /// <param name="queue">The queue.</param>
    public static void UseBuildRetry(this IReceiveEndpointConfigurator queue) => queue.UseMessageRetry(retry =>
    {
        retry.Handle<TransientStepException>();
        retry.Exponential(Limit, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(2));
    });
}

using MassTransit;
using WazoPlugind.Plugins.Outcomes;

namespace WazoPlugind.Worker.Steps.Install;

/// <summary>
/// How long the installer waits for another package manager: about ten minutes, as long as an unattended upgrade may take and
/// well below the broker's consumer timeout.
/// </summary>
internal static class InstallRetry
{
    /// <summary>How many times, after the first.</summary>
    public const int Limit = 24;

    /// <summary>Adds the policy to a queue.</summary>
    /// <param name="queue">The queue.</param>
    public static void UseInstallRetry(this IReceiveEndpointConfigurator queue) => queue.UseMessageRetry(retry =>
    {
        retry.Handle<TransientStepException>();
        retry.Exponential(Limit, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(500));
    });
}

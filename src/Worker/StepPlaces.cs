using System.Diagnostics.CodeAnalysis;
using MassTransit;
using Microsoft.Extensions.Hosting;

namespace WazoPlugind.Worker;

/// <summary>
/// Lets some steps of a queue run at a time. One that takes long gives its place away and goes on without: what is quick does not
/// wait for a build of many minutes, but shares the processors with it.
/// </summary>
/// <param name="count">How many places there are.</param>
/// <param name="lifetime">Knows when the worker stops.</param>
/// <param name="time">The clock of the steps.</param>
[SuppressMessage("Design", "CA1001", Justification = "It lives as long as the process, and a semaphore without its wait handle holds nothing.")]
internal sealed class StepPlaces(int count, IHostApplicationLifetime lifetime, TimeProvider time) : IFilter<ConsumeContext>
{
    /// <summary>How many messages there are at most for each place, the long ones too. A builder's memory bounds them.</summary>
    public const int MessagesPerPlace = 4;

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _places = new(count);

    /// <inheritdoc/>
    public void Probe(ProbeContext context) => context.CreateFilterScope("places");

    /// <inheritdoc/>
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        await _places.WaitAsync(lifetime.ApplicationStopping);
        Task step;
        try
        {
            step = next.Send(context);
            await step.WaitAsync(Long, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            _places.Release();
        }

        await step;
    }
}

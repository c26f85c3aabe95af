using MassTransit;
using Microsoft.Extensions.Hosting;
using WazoPlugind.Messages;

namespace WazoPlugind.Worker.Steps;

/// <summary>
/// Lets some steps of a queue and of the one beside it run at a time, whoever came first. One that takes long gives its place away
/// and goes on without: what is quick does not wait for a build of many minutes, but shares the processors with it.
/// </summary>
/// <param name="places">The places.</param>
/// <param name="queue">The queue.</param>
/// <param name="areKept">Whether a step keeps its place, however long it takes.</param>
/// <param name="lifetime">Knows when the worker stops.</param>
/// <param name="time">The clock of the steps.</param>
internal sealed class BuildSlots(SemaphoreSlim places, string queue, bool areKept, IHostApplicationLifetime lifetime, TimeProvider time)
    : IFilter<ConsumeContext>
{
    /// <summary>How many messages of a queue there are at most for each place, the long ones too. A builder's memory bounds them.</summary>
    public const int MessagesPerPlace = 4;

    /// <summary>The same for <see cref="Queues.OfBatch"/>.</summary>
    public const int BatchMessagesPerPlace = 2;

    private static readonly TimeSpan Long = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long a message waits here for a place before it goes back to its queue: another worker may have one, and the broker takes a
    /// message from a worker that holds it for long.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc/>
    public void Probe(ProbeContext context) => context.CreateFilterScope("places");

    /// <inheritdoc/>
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        if (!await places.WaitAsync(Patience, lifetime.ApplicationStopping))
        {
            await context.GiveBackAsync(queue, context.CancellationToken);
            return;
        }

        Task step;
        try
        {
            step = next.Send(context);
            await step.WaitAsync(areKept ? Timeout.InfiniteTimeSpan : Long, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            places.Release();
        }

        await step;
    }
}
